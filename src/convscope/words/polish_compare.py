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
}
