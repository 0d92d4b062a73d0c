"""What is said in Polish about comparisons."""

COMPARE = {
    # columns
    "compare_tried": "co wypróbowano",
    "compare_col_accuracy": "dokładność",
    "compare_col_best_accuracy": "najlepsza dokładność",
    "compare_col_train_loss": "strata treningowa",
    "compare_col_valid_loss": "strata walidacyjna",
    "compare_col_rise": "wzrost straty pod wpływem szumu",
    "compare_col_noise": "szum / sygnał",
    "compare_col_noise_scale": "skala szumu, obrazy",
    "compare_col_steps": "kroki",
    "compare_col_steps_to_equal": "kroki do równej dokładności",
    "compare_col_parameters": "wyuczone parametry",
    "compare_col_multiply_adds": "mnożenia z dodawaniem na obraz",
    "compare_col_seconds": "czas treningu",
    "compare_spread": "mediana, a pod nią najmniejsza i największa wartość z ziaren",
    "compare_never": "nigdy",
    "compare_nobody": "brak",
    "compare_failed": "nie nauczyło się niczego przy {count} z {seeds} ziaren",
    # what was tried
    "compare_no_norm": "bez normalizacji",
    "compare_before": "{layer}, potem ReLU",
    "compare_after": "ReLU, potem {layer}",
    "compare_batch_of": "partie po {size}",
    "compare_rate": "{schedule}, tempo {rate}",
    "compare_schedule_one_cycle": "1cycle, kosinus",
    "compare_schedule_linear": "1cycle, liniowo",
    "compare_schedule_constant": "stałe tempo",
    "compare_pool_stride": "krok 2",
    "compare_pool_max": "krok 1, łączenie przez maksimum",
    "compare_pool_average": "krok 1, łączenie przez średnią",
    "compare_speed_plain": "bez normalizacji, tempo x{times}",
    "compare_speed_batch": "z BatchNorm, tempo x{times}",
    "compare_space_rgb": "RGB (czerwień, zieleń, błękit)",
    "compare_space_hsv": "HSV (barwa, nasycenie, jasność)",
    "compare_space_hsv_turned": "HSV, barwa jako kierunek",
    "compare_space_grey": "odcienie szarości",
    "compare_features_cnn": "CNN (cechy wyuczone)",
    "compare_features_pixels": "liniowo na pikselach",
    "compare_features_edges": "liniowo na krawędziach",
    "compare_features_gradients": "liniowo na histogramach gradientów",
    "compare_painted": "{data}, pomalowane",
    "compare_after_share": "po {share} treningu",
    # what was found
    "compare_against": (
        "{measure}, wobec {reference} ({value}): lepiej poza rozrzutem ziaren: {better}; "
        "gorzej: {worse}; bez różnicy poza rozrzutem: {same}."
    ),
    "compare_chance": (
        "Przy {seeds} ziarnach sam przypadek rozdziela zakresy dwóch równych w jednym na {chance} "
        "porównań."
    ),
    "compare_one_seed": (
        "Tylko jedno ziarno. {measure}: pierwsze {first} ({best}), ostatnie {last} ({worst}). Ile "
        "w tym przypadku, powie dopiero więcej ziaren (--seeds 5)."
    ),
    "compare_orders": (
        "Normalizacja po aktywacji zamiast przed nią: lepiej poza rozrzutem ziaren przy {better}; "
        "gorzej przy {worse}; bez różnicy poza rozrzutem przy {same}."
    ),
    "compare_orders_once": (
        "Tylko jedno ziarno. Normalizacja po aktywacji wypadła lepiej przy: {ahead}. Ile w tym "
        "przypadku, powie dopiero więcej ziaren (--seeds 5)."
    ),
    "compare_noise_found": (
        "W środku treningu szum gradientu jest {most} razy większy od sygnału przy: {small}, a "
        "{least} razy przy: {large}. Zrównałyby się przy partiach od {low} do {high} obrazów, jak "
        "zmierzono w treningach różnych rozmiarów."
    ),
    "compare_rates_found": (
        "{schedule}: najlepiej przy {rate} ({best}); w granicach {close} od tego: {good}; niczego "
        "się nie nauczyło przy którymś ziarnie: {failed}."
    ),
    "compare_speed_equal": (
        "{name}: {steps} kroków do dokładności, na którą {reference} potrzebuje {own}: {factor} "
        "razy szybciej (ziarna: od {low} do {high}; nigdy przy {never} z {seeds})."
    ),
    "compare_speed_never": (
        "{name}: nie osiąga dokładności wariantu {reference} przy {never} z {seeds} ziaren; "
        "najlepsza to {best}."
    ),
    # how it was done
    "compare_settings": (
        "Partie po {batch}, {schedule}, tempo {lr}, liczba epok {epochs} = kroków {steps}, o ile "
        "nie podano inaczej."
    ),
    "compare_known_to": (
        "Dokładność {share} zmierzona na {pictures} obrazach jest sama znana tylko z dokładnością "
        "do {error} (podwójny błąd standardowy)."
    ),
    "compare_note_norm": (
        "Gdzie mniej niż trzy wartości mają wspólną średnią (InstanceNorm2d na ostatniej mapie), "
        "warstwę tam pominięto. LocalResponseNorm nie ma czego się uczyć."
    ),
    "compare_note_batch": (
        "Każdy rozmiar widzi tyle samo obrazów, przy tym samym, nieskalowanym tempie. Szum / "
        "sygnał = wariancja gradientu partii / kwadrat długości prawdziwego gradientu (McCandlish "
        "i in. 2018); razy rozmiar partii daje skalę szumu."
    ),
    "compare_note_lr": "Sieć bez BatchNorm: kroki B i C drabiny, przy innych tempach.",
    "compare_note_schedule": (
        "Szum: każdy filtr przesunięto w losowym kierunku o {size} jego długości; wzrost = średnia "
        "strata treningowa w {directions} kierunkach minus strata bez szumu, na najwyżej "
        "{pictures} obrazach (Li i in. 2018). Mniej znaczy bardziej płasko."
    ),
    "compare_note_pool": (
        "Te same jądra, szerokości, parametry i rozmiary map; przy kroku 1 liczy się do czterech "
        "razy więcej miejsc."
    ),
    "compare_note_speed": (
        "Partie po {batch}, stałe tempo: x1 to {rate}. Do osiągnięcia: najlepsza dokładność sieci "
        "bez normalizacji przy x1, ziarno po ziarnie (mediana {goal}); sprawdzana co {every} "
        "kroków. Rysunek z pracy Ioffego i Szegedy'ego (2015)."
    ),
    "compare_note_painted": (
        "Cyfry tuszem o jednej z dwóch przeciwnych barw, dla każdej cyfry innych, dookoła całego "
        "koła; klasa to cyfra i barwa. To, że połowę mówi kolor, wynika z konstrukcji; prawdziwe "
        "obrazy: --data FOLDER. HSV w zwykłym zapisie ma szew, bo barwa zaczyna się od nowa przy "
        "czerwieni; jako kierunek (S cos H, S sin H, V) go nie ma. Każdy kanał przeskalowano jego "
        "własną średnią i odchyleniem."
    ),
    "compare_note_colour": (
        "{arch}, {pictures} obrazów treningowych o rozmiarze {size} pikseli; szarość ma trzy równe "
        "kanały, więc sieć jest ta sama. HSV w zwykłym zapisie ma szew, bo barwa zaczyna się od "
        "nowa przy czerwieni; jako kierunek (S cos H, S sin H, V) go nie ma. Każdy kanał "
        "przeskalowano jego własną średnią i odchyleniem."
    ),
    "compare_note_features": (
        "Modele liniowe uczą się przy tempie {rate}. Krawędzie: cztery jądra z rozdziału, "
        "odpowiedzi powyżej i poniżej 0 osobno, średnia z 4 x 4 miejsc. Histogramy gradientów: "
        "Dalal i Triggs (2005)."
    ),
    "compare_told": "{name}, ziarno {seed}: dokładność {accuracy}, czas {time}",
    "compare_picture": "{time}; obraz: {file}",
    "compare_left": "; gotowe {done} z {trainings}, zostało około {left}",
    "compare_plan": "liczba treningów: {trainings} (warianty: {ways}, ziarna dla każdego: {seeds})",
    "compare_plan_time": "; wedle jednego pomiaru około {time} pracy jednego procesora",
    "compare_so_far": "przerwano; oto, co gotowe, a to tylko część:",
    "compare_nothing": "przerwano przed końcem pierwszego treningu",
    "compare_only_seeds": "dotąd {count} z {seeds} ziaren",
    "compare_page": "{time}; strona: {file}",
    # axes
    "compare_batch_size": "obrazy w partii (logarytmicznie)",
    "compare_noise": "szum / sygnał (logarytmicznie)",
    "compare_noise_size": "szum, jako udział długości każdego filtra",
    "compare_rise": "wzrost straty treningowej",
    "compare_train_loss": "strata treningowa (logarytmicznie)",
    "compare_held_out": "dokładność na odłożonych obrazach, od 0 do 1 (jako szansa)",
    "compare_accuracy": "dokładność, od 0 do 1",
    "compare_share": "{measure}, od 0 do 1",
    # titles
    "compare_heading": "{title}; materiał: {data}, ziarna: {seeds}",
    "compare_title_norm": "Warstwy normalizujące",
    "compare_title_order": "Normalizacja przed aktywacją lub po niej",
    "compare_title_batch": "Rozmiary partii",
    "compare_title_by_batch": "Dokładność według rozmiaru partii",
    "compare_title_lr": "Tempa uczenia",
    "compare_title_by_lr": "Dokładność według tempa uczenia",
    "compare_title_lr_loss": "Strata treningowa według tempa uczenia",
    "compare_title_schedule": "Harmonogramy",
    "compare_title_pool": "Krok czy łączenie",
    "compare_title_speed": "Jak szybko uczy się z BatchNorm i bez niego",
    "compare_title_by_speed": "Dokładność wobec kroków treningu",
    "compare_title_colour": "Przestrzenie barw",
    "compare_title_features": "Cechy ręczne i wyuczone",
    "compare_title_loss": "Strata treningowa krok po kroku",
    "compare_title_noise": "Jaka część gradientu to szum",
    "compare_title_flatness": "Jak płaskie jest minimum",
    # how to read a picture
    "compare_read_dots": (
        "Kropka to ziarno, kreska to ich mediana, szara linia to ich zakres: gdzie dwa zakresy na "
        "siebie zachodzą, nie wiadomo o żadnej różnicy."
    ),
    "compare_read_lines": (
        "Linia to mediana ziaren, pas wokół niej sięga od najniższej do najwyższej: gdzie dwa pasy "
        "na siebie zachodzą, nie wiadomo o żadnej różnicy."
    ),
    "compare_read_both": (
        "Kropka to ziarno, kreska to ich mediana, szara linia to ich zakres; krzywa to mediana "
        "ziaren, jej pas sięga od najniższej do najwyższej. Gdzie zakresy lub pasy na siebie "
        "zachodzą, nie wiadomo o żadnej różnicy."
    ),
    # what is asked, and what the book says
    "compare_asked_norm": (
        "Która warstwa normalizująca najlepiej służy sieci z rozdziału i czy w ogóle jest "
        "potrzebna?"
    ),
    "compare_asked_order": "Czy ma znaczenie, czy normalizacja stoi przed aktywacją, czy po niej?",
    "compare_asked_batch": "Co przemawia za większymi partiami, a co przeciw nim?",
    "compare_asked_lr": "Jak wysokie może być tempo uczenia, stałe albo jako szczyt cyklu?",
    "compare_asked_schedule": (
        "Stałe tempo czy jeden cykl, liniowy albo kosinusowy: co uczy lepiej i co kończy w "
        "bardziej płaskim minimum?"
    ),
    "compare_asked_pool": "Czy mapy powinny maleć przez krok 2, czy przez krok 1 i łączenie?",
    "compare_asked_speed": "Ile kroków oszczędza BatchNorm i o ile wyższe może być z nim tempo?",
    "compare_asked_colour": (
        "Czy ma znaczenie, czy sieć dostaje kolory jako czerwień, zieleń i błękit, jako barwę, "
        "nasycenie i jasność, czy jako odcienie szarości?"
    ),
    "compare_asked_features": (
        "Jak dobre są cechy robione ręcznie, jak przed głębokim uczeniem, obok tych, których uczy"
        " się CNN?"
    ),
    "compare_book_norm": (
        "Książka: używa BatchNorm, inne warstwy normalizujące zostawia czytelnikowi do zbadania i"
        " nie podaje liczb."
    ),
    "compare_book_order": "Książka: zostawia to czytelnikowi do zbadania i nie podaje liczb.",
    "compare_book_batch": (
        "Książka: gradienty większych partii są dokładniejsze, bo składa się na nie więcej "
        "obrazów; ale w epoce jest ich mniej, więc wagi zmieniają się rzadziej."
    ),
    "compare_book_lr": (
        "Książka: kto zaczyna od wysokiego tempa, temu trening może się rozbiec, a kto na nim "
        "kończy, może przeskoczyć minimum; cykl, który zaczyna i kończy nisko, znosi pośrodku "
        "wyższe tempo."
    ),
    "compare_book_schedule": (
        "Książka: 1cycle uczy szybciej i mniej przeucza, bo wysokie tempo omija wąskie minima i "
        "trening kończy tam, gdzie strata jest gładka. Pierwszy cykl Smitha był liniowy, w fastai"
        " jest kosinus."
    ),
    "compare_book_pool": (
        "Książka: jej sieci mają krok 2; zadaje to pytanie Howardowi, Szegedy'emu i LeCunowi i "
        "nie podaje liczb."
    ),
    "compare_book_speed": (
        "Książka pokazuje rysunek z pracy o BatchNorm: z nim sieć jest równie dobra po znacznie "
        "mniejszej liczbie kroków, a tempo pięć i trzydzieści razy wyższe nadal uczy."
    ),
    "compare_book_colour": (
        "Książka: HSV zamiast RGB nie robi różnicy; szarość zamiast RGB to strata."
    ),
    "compare_book_features": (
        "Książka: przed głębokim uczeniem cechy robiono ręcznie; jakie, zostawia czytelnikowi do "
        "zbadania. Nie podaje liczb."
    ),
    # the page
    "compare_page_about": "Materiał: {data}; ziarna: {seeds}. Całość trwała {time}.",
    "compare_part_book": "Co mówi książka",
    "compare_part_found": "Co wyszło",
    "compare_part_pictures": "Wykresy",
    "compare_part_read": "Jak to czytać",
    "compare_part_done": "Jak to zmierzono",
    "compare_how_rows": (
        "Wiersz to jeden wypróbowany wariant. Trenowano go z każdym ziarnem: ziarno daje inne "
        "wagi początkowe i inną kolejność obrazów, a poza tym nic się nie różni."
    ),
    "compare_how_cells": (
        "W komórce stoi mediana ziaren, a pod nią najmniejsza i największa wartość."
    ),
    "compare_how_apart": (
        "Dwa wiersze różnią się poza rozrzutem tylko wtedy, gdy ich zakresy się nie stykają: "
        "najgorsze ziarno jednego jest lepsze niż najlepsze drugiego. Gdzie zakresy na siebie "
        "zachodzą, nie wiadomo, który jest lepszy; to nie dowód, że są równe."
    ),
    "compare_how_one": "Jest tylko jedno ziarno, więc nic nie odróżnia różnicy od przypadku.",
    "compare_dots_alt": "{measure}, mediana i zakres ziaren: {rows}.",
    "compare_chart_alt": "{title}: mediana ziaren, pierwszy i ostatni punkt każdej linii: {rows}.",
    "compare_dots_row": "{name} {median} (od {low} do {high})",
    "compare_chart_row": "{name} od {first} do {last}",
}
