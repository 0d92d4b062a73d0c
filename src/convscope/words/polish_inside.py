"""What is said in Polish about the inside of a net while it learns."""

INSIDE = {
    # axes, lines and columns of tables
    "layer": "warstwa",
    "kind": "typ",
    "batch": "partia",
    "channel": "kanał",
    "kernel": "jądro splotu",
    "output_value": "wartość wyjścia (ze znakiem, bez jednostki)",
    "outputs": "wyjścia (logarytmicznie: log(1 + n))",
    "outputs_linear": "liczba wyjść",
    "outputs_log": "log(1 + liczba wyjść)",
    "mean": "średnia",
    "std": "odchylenie standardowe",
    "share_of_outputs": "udział aktywacji (1 to 100 %)",
    "near_zero": "bliskie zera, |x| ≤ 0,05",
    "blocked": "zatrzymane przez ReLU, x ≤ 0",
    "not_finite": "NaN lub nieskończone",
    "epoch_end": "koniec epoki",
    "of_the_batch": "każda partia (trening)",
    "running_average": "średnia krocząca (walidacja)",
    "gamma": "gamma (czynnik)",
    "beta": "beta (składnik)",
    "norm_gap": "różnica (własne rozrzuty)",
    "in_batch": "w partii {number}",
    "in_validation": "przy walidacji",
    "difference": "różnica (RMS)",
    "fired_share": "udział obrazów i miejsc, w których się uaktywnia",
    "channels_share": "udział kanałów, od 0 do 1",
    "dead": "martwe: nigdy się nie uaktywniają",
    "sparse": "rzadkie: poniżej {share}",
    "busy": "uaktywniają się",
    "gradient_norm": "norma gradientu (logarytmicznie)",
    "update_ratio": "zmiana względem wagi (logarytmicznie)",
    "ratio_guide": "reguła kciuka: 0,001",
    "weight": "waga (ze znakiem, bez jednostki)",
    # titles
    "title_mean": "Średnia",
    "title_std": "Odchylenie standardowe",
    "title_near_zero": "% udział aktywacji bliskich zera, zatrzymanych przez ReLU",
    "title_color_dim": "{layer}: wartości wyjść krok po kroku",
    "title_all_layers": "Wszystkie warstwy krok po kroku",
    "title_counts": "1. Jedna partia: ile wyjść wpada do każdego przedziału",
    "title_log_counts": "2. To samo jako logarytmy",
    "title_colours": "3. Jako kolory",
    "title_column": "4. Postawione na boku",
    "title_batch_norm": "{layer}: statystyki partii wobec kroczących",
    "title_in_batches": "{layer}, kanał {channel}: jeden obraz w różnych partiach",
    "title_channels": "Kanały martwe i rzadkie, ostatnia epoka",
    "title_channel_map": "{layer}: jak często uaktywnia się każdy kanał",
    "title_gradients": "Gradient wag każdej warstwy",
    "title_updates": "Jak daleko krok przesuwa każdą warstwę",
    "title_kernels": "{layer}: jej jądra w trakcie uczenia",
    # how to read a picture
    "read_layer_stats": (
        "Zdrowa warstwa: średnia i odchylenie zmieniają się łagodnie, odchylenie pozostaje mniej "
        "więcej między 0,3 a 3, a część wyjść zawsze przechodzi przez ReLU. Chora: skoki w "
        "pierwszych krokach, potem płaskie linie; gdzie udział zatrzymanych przez ReLU sięga 1, "
        "warstwa jest martwa, choćby prawie nic nie leżało blisko zera."
    ),
    "read_color_dim": (
        "Kolumna to histogram jednego kroku (lub kilku); im jaśniej, tym więcej wyjść; kreskowana "
        "linia to 0. Zdrowo: gładki rozkład o stałej szerokości. Choroba: wybuchy, które rosną i "
        "zapadają się raz po raz, albo wszystko na jednej wartości: martwa warstwa. Paski nad i "
        "pod oknem to wartości spoza okna, czerwony to NaN i nieskończoności."
    ),
    "read_book_color_dim": (
        "Postać z książki: kolumna na partię, wartości od 0 do 10 w górę, reszta pominięta. "
        "Zdrowo: gładki rozkład. Choroba: wybuchy, które rosną i zapadają się raz po raz."
    ),
    "read_all_layers": (
        "Wszystkie warstwy mają wspólną oś kroków ze stratą i tempem uczenia: patrz w górę od "
        "miejsca, gdzie strata skacze. Zdrowo: każda warstwa zachowuje gładki rozkład. Choroba: "
        "wzrost biegnie od warstwy do warstwy, potem wszystkie się zapadają; paski to wartości "
        "spoza okna, czerwony to NaN."
    ),
    "read_column": (
        "Policz wyjścia jednej partii w przedziałach, weź logarytmy, by było widać rzadkie "
        "wartości, zamień wysokości na kolory i postaw pasek pionowo: to jedna kolumna obrazu. "
        "Zdrowo: szerokie wzgórze. Choroba: jeden jasny przedział i nic poza nim."
    ),
    "read_batch_norm": (
        "Kolor to kanał: cienko to, co miała każda partia, grubo średnia krocząca używana przy "
        "walidacji. Zdrowo: grube linie biegną środkiem cienkich. Choroba: rozchodzą się, więc "
        "walidacja widzi inną sieć; gamma bliska 0 wycisza swój kanał. Na dole: jak daleko leżą "
        "od siebie wyjścia w treningu i w walidacji (czarno: średnia wszystkich kanałów); blisko 0 "
        "jest zdrowo, 1 to tyle, co własny rozrzut kanału."
    ),
    "read_in_batches": (
        "Ten sam obraz obok różnych obrazów: trening normalizuje go według partii, walidacja "
        "zawsze tak samo. Zdrowo: małe różnice, szum, dzięki któremu normalizacja uogólnia. "
        "Choroba: mapy niepodobne do siebie; partia jest za mała. Słupki: jak daleko mapa z każdej "
        "partii leży od walidacyjnej (średnia kwadratowa)."
    ),
    "read_channels": (
        "Martwy: ani razu powyżej 0 przez całą epokę. Rzadki: powyżej 0 z rzadka, co samo nie jest "
        "wadą. Zdrowo: brak martwych kanałów albo kilka. Choroba: większość kanałów warstwy "
        "martwa; same nie ożyją."
    ),
    "read_channel_map": (
        "Wiersz to kanał, kolumna to epoka; czerwień oznacza martwy: ani razu powyżej 0. Zdrowo: "
        "rozmaite kolory bez czerwieni. Choroba: wiersze, które czerwienieją i takie zostają."
    ),
    "read_gradient_flow": (
        "Fioletowa jest pierwsza warstwa, żółta ostatnia. Zdrowo: linie blisko siebie, wolno "
        "zmienne; krok przesuwa wagi o tysięczną ich wielkości, przy dużym tempie do jednej "
        "dziesiątej. Choroba: wczesne warstwy "
        "tysiące razy niżej niż późne (zanikanie) albo linie strzelające w górę (wybuch)."
    ),
    "read_kernel_history": (
        "Kolumna to jądro, wiersz to krok; czerwień wzmacnia piksel, błękit osłabia; przekroje "
        "jednego jądra stoją obok siebie. Zdrowo: szum zmienia się w krawędzie i plamki. Choroba: "
        "jądra, które się nie zmieniają albo wszystkie bledną."
    ),
    # `convscope look`
    "first": "pierwsza",
    "last": "ostatnia",
    "worst": "najgorsza",
    "at_step": "w kroku",
    "dead_channels": "martwe kanały",
    "sparse_channels": "rzadkie kanały",
    "fires_at_places": "aktywny w miejscach",
    "fires_in_pictures": "w obrazach",
    "activated_at_places": "za aktywacją",
    "broken_steps": "kroki z NaN",
}
