"""What is said of a trained model: where it is wrong, and what it looks at, in Polish."""

INTERPRET = {
    # pictures that were judged
    "title_results": "Prawdziwa klasa, a pod nią odpowiedź modelu",
    "title_top_losses": "Największe straty: odpowiedź / prawda, strata / prawdopodob., plik",
    "title_least_losses": "Najmniejsze straty: odpowiedź / prawda, strata / prawdopodob., plik",
    "not_kept": "obrazu nie zachowano",
    "read_results": (
        "Zielona ramka i ptaszek: dobrze. Czerwona i krzyżyk: źle. Kilka obrazów pokazuje, co się "
        "myli, ale nie jak często: o tym mówi dokładność."
    ),
    "read_top_losses": (
        "Strata jest duża tam, gdzie model jest pewien niewłaściwej klasy. Najpierw warto "
        "sprawdzić etykietę: wśród najgorszych obrazów bywają takie, które źle podpisano."
    ),
    # who is taken for whom
    "title_confusion": "Macierz pomyłek",
    "predicted_class": "klasa przewidziana",
    "actual_class": "klasa prawdziwa",
    "read_confusion": (
        "Każdy wiersz to obrazy jednej klasy; stoją w kolumnie tej klasy, za którą je wzięto. "
        "Na przekątnej są dobre odpowiedzi, wszystko poza nią to błędy."
    ),
    "class": "klasa",
    "precision": "precyzja",
    "recall": "czułość",
    "f1": "miara F1",
    "support": "obrazy",
    "mean_of_classes": "średnia klas",
    "mean_of_pictures": "średnia ważona liczbą obrazów",
    # what may be wrong with the pictures
    "suspicion": "podejrzenie",
    "file": "plik",
    "suspect_label": "może {other}: {share} wobec {own}",
    "copies_same": "ten sam obraz",
    "copies_near": "prawie ten sam obraz",
    "copies_harmful": ", po obu stronach podziału albo w dwóch klasach",
    # what it looks at
    "as_the_net_sees": "tak dostaje go sieć",
    "cam_scale": "przemawia za klasą, od 0 do 1",
    "title_occlusion": "Zasłanianie",
    "occlusion_scale": "spadek prawdopodobieństwa",
    "title_patches": "Co najmocniej pobudza kanał",
    "read_patches": (
        "Każdy obraz z miejscem, które najmocniej pobudza ten kanał; liczba jest wartością kanału. "
        "Ramka to wszystko, co to miejsce widzi na obrazie: nic poza nią się nie liczy."
    ),
    "read_filters": (
        "Każdy kwadrat to jedno jądro: wiersz tworzy jedną mapę, kolumna czyta jedną. Czerwone "
        "wagi dodają to, co jasne, niebieskie odejmują."
    ),
    "read_filters_alone": (
        "Każdy kwadrat to jedno jądro, które tworzy jedną mapę. Czerwone wagi dodają to, co jasne, "
        "niebieskie odejmują."
    ),
    "read_maps": (
        "Każdy kwadrat to jeden kanał, jasny tam, gdzie jest pobudzony. Kanał jasny na krawędziach "
        "albo w miejscach jednego rodzaju ma co powiedzieć następnej warstwie."
    ),
    # the page of one picture
    "explain_title": "Co model widzi na obrazie {picture}",
    "explain_verdict": "Model bierze go za {name}, z prawdopodobieństwem {share}.",
    "explain_sure": "Jest pewien; ile ta pewność jest warta, mówi kalibracja przebiegu.",
    "explain_torn": "Waha się: {other} dostaje {share}.",
    "explain_run": "Przebieg {run}; klasy, które model zna: {classes}. Innych odpowiedzi nie ma.",
    "explain_answers": "Odpowiedź",
    "explain_answers_caption": "Najbardziej prawdopodobne klasy: {shown} z {classes}.",
    "explain_probability": (
        "Prawdopodobieństwa sumują się do 1 po wszystkich klasach, które model zna. Obraz czegoś "
        "innego też je dostaje: duża liczba nie znaczy, że obraz należy do którejkolwiek klasy."
    ),
    "probability": "prawdopodobieństwo",
    "explain_looked": "Gdzie patrzył",
    "cam_chosen": (
        "Zapytano warstwę {layer}: to, co powstaje ze splotu {convolution}, ostatniego, którego "
        "mapa ma więcej niż jedną komórkę ({rows} x {columns}). Późniejsze mapy wiedzą najwięcej "
        "o tym, co jest na obrazie; ta jako ostatnia wie jeszcze, gdzie."
    ),
    "cam_asked": (
        "Zapytano warstwę {layer}, zgodnie z życzeniem; jej mapa ma {rows} x {columns} komórek."
    ),
    "cam_coarser": "Za nią każda mapa to jedna komórka: {coarser}.",
    "cam_coarse": (
        "Mapa {rows} x {columns} jest zgrubna: obraz poniżej wygładzono, o niczym mniejszym niż "
        "komórka nic nie wiadomo. Zasłanianie, niżej, jest dokładniejsze."
    ),
    "cam_nothing": "Nic na tej mapie nie przemawia za klasą: obraz poniżej jest zimny.",
    "cam_caption": (
        "Jak to czytać: im gorętsze miejsce, tym bardziej mapy w nim podnoszą liczbę tej klasy. "
        "Każdy obraz rozciągnięto do jego własnego najgorętszego miejsca."
    ),
    "cam_not": (
        "Czego to nie znaczy: gorące miejsca nie muszą wystarczyć do odpowiedzi, a zimne mogą "
        "świadczyć przeciw niej. Widać, co ta warstwa przekazuje, a nie dlaczego; dwóch obrazów "
        "nie można porównywać po ich cieple."
    ),
    "cam_none": "Grad-CAM nie da się tu zapytać: {reason}. Zasłanianie działa dla każdej sieci.",
    "cam_alt": (
        "Grad-CAM na obrazie {picture} dla {name}: najgoręcej {where}, wiersz {row}, kolumna "
        "{column}"
    ),
    "occlusion_how": (
        "Kwadrat {window} x {window} pikseli w średniej barwie obrazu kładziono na każdym miejscu, "
        "co {stride}, i pytano model ponownie."
    ),
    "occlusion_strong": "Zasłonięcie najważniejszego miejsca zabiera {name} {most} z {share}.",
    "occlusion_weak": (
        "Żaden pojedynczy kwadrat nie jest ważny: zasłonięcie zabiera {name} najwyżej {most} z "
        "{share}. Odpowiedź zależy od wielu miejsc albo od czegoś większego niż kwadrat."
    ),
    "occlusion_caption": (
        "Jak to czytać: czerwone, prawdopodobieństwo spada, gdy to miejsce zasłonić; niebieskie, "
        "rośnie. Barwy są tak mocne jak najmocniejsze miejsce: patrz na skalę."
    ),
    "occlusion_not": (
        "Czego to nie znaczy: miejsca, które mogą się zastąpić, oba pozostają blade, a "
        "zasłaniający kwadrat sam jest nowym kształtem, na który model może reagować."
    ),
    "occlusion_alt": (
        "Zasłanianie obrazu {picture} dla {name}: prawdopodobieństwo najbardziej spada {where}, "
        "wiersz {row}, kolumna {column}"
    ),
    "place_top": "u góry",
    "place_middle": "pośrodku",
    "place_bottom": "u dołu",
    "place_left": "z lewej",
    "place_centre": "w środku",
    "place_right": "z prawej",
    "explain_layers": "Co widziała każda warstwa",
    "explain_layers_how": (
        "Sploty w kolejności wykonania, {shown} z {total}, każdy z normalizacją i aktywacją, które "
        "następują, dopóki mapa zachowuje rozmiar. Mapy stają się coraz zgrubniejsze, a to, co "
        "wiedzą, coraz mniej przypomina obraz."
    ),
    "maps_title": "{layer}: kanały {shown} z {total}, {rows} x {columns}",
    "maps_caption": (
        "Warstwa {layer}: najmocniej pobudzone kanały, {shown} z {total}, z numerami, wszystkie w "
        "tych samych barwach."
    ),
    "maps_silent": "Kanały wszędzie takie same: {silent}. Te nic tu nie mówią.",
    "maps_alt": (
        "Mapy warstwy {layer} dla obrazu {picture}: {shown}, każda {rows} x {columns} komórek"
    ),
    "explain_trace": "Jedna komórka, z powrotem do pikseli",
    "explain_trace_how": (
        "W sieci splotowej nic nie jest ukryte: każda liczba na każdej mapie to suma iloczynów "
        "liczb przed nią. Oto jedna, z miejsca, które liczyło się najbardziej."
    ),
    "explain_trace_alt": (
        "Komórka {cell} warstwy {layer}, kanał {channel}, wartość {value}: w ramkach komórki i "
        "piksele, z których powstała"
    ),
    "explain_trace_caption": (
        "Warstwa {layer}, kanał {channel}, komórka {cell}. Każda inna: convscope trace RUN PICTURE "
        "--layer {layer} --cell {cell}."
    ),
}
