"""What the page of a run says, in Polish."""

REPORT = {
    "report_title": "Raport przebiegu {name}",
    # the result
    "report_result": (
        "Rozpoznane obrazy walidacyjne: {share}, czyli {right} z {count}. Spośród nowych "
        "obrazów tego samego rodzaju byłoby to od {low} do {high} (przedział 95 %, Wilson "
        "1927)."
    ),
    "report_result_alone": (
        "Rozpoznane obrazy walidacyjne: {share}. Nie da się powiedzieć, jak niepewny jest ten "
        "wynik: nie ma predykcji do odczytania."
    ),
    "report_no_result": "Nie ma wyniku: żadna epoka nie została ukończona.",
    "report_ended": "stan treningu: {status}: {reason}",
    "report_ended_so": "stan treningu: {status}; poniżej jest to, co dotąd powstało",
    "report_interval": (
        "przedział mówi, ile zależy od przypadkowego doboru obrazów; nie mówi nic o obrazach "
        "innego rodzaju"
    ),
    "report_chosen": (
        "mowa o epoce {epoch}, najlepszej: wybrano ją na tych samych obrazach, co nieco upiększa "
        "jej wynik"
    ),
    "report_baseline": (
        "kto zawsze odpowiada {name}, ma rację dla {share} z nich: z tym trzeba porównywać"
    ),
    "report_test": (
        "obrazy testowe, obejrzane raz na końcu: rozpoznano {share} z {count} (od {low} do {high})"
    ),
    # headings
    "report_h_data": "Co i na czym trenowano",
    "report_h_curves": "Jak przebiegał trening",
    "report_h_wrong": "Gdzie się myli",
    "report_h_classes": "Klasa po klasie",
    "report_h_lists": "Najgorsze i najmniej pewne predykcje",
    "report_h_worst": "Najgorsze błędy",
    "report_h_unsure": "Najmniej pewne",
    "report_h_suspects": "Obrazy, które wyglądają na źle opisane",
    "report_h_calibration": "Czy prawdopodobieństwa znaczą to, co mówią?",
    "report_h_inside": "Wnętrze",
    "report_h_layers": "Warstwy",
    "report_h_seen": "Co dawały warstwy podczas uczenia",
    "report_h_kernels": "Pierwsze jądra splotu",
    "report_h_again": "Ustawienia, wersje i jak powtórzyć trening",
    "report_h_settings": "Ustawienia",
    "report_h_versions": "Wersje",
    # facts
    "report_fact_network": "sieć",
    "report_fact_parameters": "parametry",
    "report_fact_pictures": "obrazy",
    "report_fact_size": "rozmiar obrazu",
    "report_fact_classes": "klasy",
    "report_fact_validated": "obrazy walidacyjne",
    "report_fact_epochs": "epoki: ukończone / zlecone",
    "report_fact_best": "najlepsza epoka",
    "report_fact_took": "czas",
    "report_fact_device": "urządzenie",
    "report_fact_started": "początek",
    "report_fact_status": "stan",
    "report_curves_alt": (
        "Straty i dokładność, liczba epok: {epochs}; na końcu strata treningowa {train}, strata"
        " walidacyjna {valid}, dokładność {accuracy}"
    ),
    "report_schedule_alt": (
        "Współczynnik uczenia i pęd, liczba kroków: {steps}; najwyższy współczynnik {top}"
    ),
    # where it is wrong
    "report_matrix": (
        "Wiersz dla każdej klasy, kolumna dla tego, za co wzięto jej obrazy; poprawne "
        "odpowiedzi leżą na przekątnej. Kliknij liczbę, aby zobaczyć jej obrazy, albo przejdź "
        "do niej strzałkami i naciśnij Enter; Escape prowadzi z powrotem."
    ),
    "report_matrix_caption": (
        "Wiersze: klasa obrazów. Kolumny: za co wziął je model. Kolor: udział w wierszu."
    ),
    "report_matrix_many": (
        "Liczba klas ({count}) jest za duża na czytelną macierz (granica: 40): poniżej "
        "najczęściej mylone pary klas, {most}. Kliknij liczbę, aby zobaczyć jej obrazy."
    ),
    "report_all": "razem",
    "report_truth": "klasa",
    "report_predicted": "wzięto za",
    "report_pictures": "obrazy",
    "report_of_class": "udział w klasie",
    "report_cell": "klasa {truth}, wzięto za {predicted}: {count}",
    "report_pairs_left": "Pomylonych par klas jest więcej o {left}: patrz predictions.csv.",
    "report_named_left": (
        "Ta strona wymienia {named} z {count} obrazów, najpierw błędy; predictions.csv wymienia"
        " wszystkie."
    ),
    "report_no_script": (
        "Bez JavaScriptu liczb nie można klikać; predictions.csv, obok tej strony, ma wiersz "
        "dla każdego obrazu."
    ),
    "report_js_right": "Klasa {truth}, rozpoznane: {pictures}",
    "report_js_wrong": "Klasa {truth}, wzięto za {predicted}: {pictures}",
    "report_js_one": "1 obraz",
    "report_js_some": "liczba obrazów: {count}",
    "report_js_none": "obrazu nie zachowano",
    "report_js_more": "Pokaż resztę ({count})",
    "report_js_said": "{predicted}: {share}",
    "report_js_own": "jego klasa, {truth}: {share}",
    "report_js_alt": "obraz klasy {truth}",
    # classes
    "report_class": "klasa",
    "report_classes": (
        "Precyzja: jaki udział obrazów wziętych za daną klasę do niej należy. Czułość: jaki "
        "udział jej obrazów rozpoznano. F1: ich średnia harmoniczna. Liczność: ile ma obrazów."
    ),
    "report_precision": "precyzja",
    "report_recall": "czułość",
    "report_f1": "F1",
    "report_support": "liczność",
    "report_classes_left": "Najsłabsze klasy według F1: {shown}; nie pokazano jeszcze {left}.",
    # lists
    "report_worst": (
        "Błędy o największej stracie: najpierw tam, gdzie własna klasa obrazu dostała najmniejsze "
        "prawdopodobieństwo. Często są to dziwne obrazy albo złe etykiety."
    ),
    "report_no_mistakes": "Nie ma żadnego: rozpoznano każdy obraz walidacyjny.",
    "report_unsure": (
        "Tu najbardziej prawdopodobna klasa jest najmniej prawdopodobna, słusznie czy nie. "
        "Takich obrazów warto zebrać więcej."
    ),
    "report_suspects": (
        "Podejrzenie, nie ustalenie: obejrzyj, zanim zmienisz etykietę. Wymieniono to, co model"
        " bierze za inną klasę z co najmniej takim prawdopodobieństwem, jakie średnio daje "
        "obrazom opisanym tą klasą: uczenie z pewnością (confident learning) w najprostszej "
        "postaci (Northcutt, Jiang i Chuang, 2021). Najpierw największa nadwyżka nad "
        "prawdopodobieństwem etykiety. Model, który mało się nauczył, podejrzewa niesłusznie."
    ),
    "report_suspects_count": (
        "Pokazano {shown} z {count}; suspicions.csv, który pisze convscope report RUN, wymienia "
        "wszystkie."
    ),
    "report_no_suspects": "Żaden obraz walidacyjny nie jest podejrzany.",
    # calibration
    "report_calibration": (
        "Oczekiwany błąd kalibracji: {error} (najlepiej 0), średnia różnica między "
        "prawdopodobieństwem a udziałem poprawnych odpowiedzi, liczba równych przedziałów: "
        "{bins}, z wagą liczby obrazów (Guo i inni, 2017)."
    ),
    "report_reliability_alt": (
        "Wykres wiarygodności: udział poprawnych odpowiedzi a prawdopodobieństwo; błąd "
        "kalibracji {error}"
    ),
    "report_reliability_caption": (
        "Słupki: jaki udział predykcji o prawdopodobieństwie z danego przedziału był poprawny. "
        "Kropki: przy średnim prawdopodobieństwie przedziału. Kropki na linii przerywanej: "
        "prawdopodobieństwom można wierzyć; pod nią model jest zbyt pewny. Przedziałem o niewielu "
        "obrazach (patrz liczby) rusza przypadek."
    ),
    "report_confidence": "prawdopodobieństwo odpowiedzi",
    "report_share_right": "udział poprawnych",
    "report_numbers": "Liczby",
    "report_bin": "przedział",
    # inside
    "report_layers": (
        "W kolejności wykonania. Miejsce na wyjściu warstwy widzi tyle pikseli obrazu, ile mówi"
        " jego pole receptywne; mnożenia z dodawaniem liczone są dla jednego obrazu."
    ),
    "report_seen": (
        "O wyjściach każdej warstwy, w czasie treningu: warstwa, której odchylenie spada do "
        "zera albo której kanały są martwe, przestała mówić cokolwiek następnej."
    ),
    "report_mean_first": "średnia, na początku",
    "report_mean_last": "średnia, na końcu",
    "report_std_first": "odchylenie, na początku",
    "report_std_last": "odchylenie, na końcu",
    "report_near": "bliskie zera, na końcu",
    "report_dead": "martwe kanały",
    "report_broken": "kroki z NaN",
    "report_looks_left": (
        "Pokazano równomiernie wybrane warstwy, {shown}; nie pokazano {left}: convscope look."
    ),
    "report_together_alt": (
        "Średnia, odchylenie standardowe i udział bliskich zera na wyjściach warstw, liczba "
        "warstw: {layers}, zapisanych kroków: {steps}"
    ),
    "report_colour_alt": (
        "Histogramy wyjść warstw jako kolory, kolumna to krok; liczba warstw: {layers}, "
        "zapisanych kroków: {steps}"
    ),
    "read_layers_together": (
        "Linia to warstwa, pierwsza jest najciemniejsza. Zdrowo: średnie bliskie 0, odchylenia "
        "podobne do siebie i nie spadające do 0, udziały bliskich zera ustalają się poniżej 1."
    ),
    "report_kernels": (
        "Wagi warstwy {layer}, {side} x {side}, uśrednione po kanałach ({channels}): niebieskie"
        " poniżej 0, czerwone powyżej. Po lewej jądro wyuczone, po prawej najbliższe jądro "
        "ręczne."
    ),
    "report_likeness": (
        "Liczba to cosinus między oboma jako wektorami, bez znaku: 1 to to samo z dokładnością "
        "do czynnika, a minus przed nazwą oznacza jądro przeciwne. Mniejsze jądra ręczne "
        "rozciągnięto do tego rozmiaru. Sam przypadek daje {usual} połowie jąder losowych, a "
        "{rare} jednemu na dwadzieścia: co jest powyżej, jest pogrubione."
    ),
    "report_not_compared": (
        "Jąder tego rozmiaru nie porównuje się z ręcznymi, które mają od 3 x 3 do 11 x 11."
    ),
    "report_kernel_alt": "jądro wyuczone {number}",
    "report_by_hand_alt": "jądro ręczne: {name}",
    "report_none": "żadne",
    "report_kernels_left": "Nie pokazano jeszcze {left}.",
    "report_h_insights": "Na co patrzył",
    "report_insights": (
        "Najwyżej cztery obrazy walidacyjne: dwa najgorsze błędy, najmniej pewny i poprawna "
        "odpowiedź, która była najpewniejsza."
    ),
    "report_read_cam": (
        "Grad-CAM (Selvaraju i inni, 2017): jasno tam, gdzie ostatnie mapy przemawiają za "
        "klasą. Czy leży to na tym, na co patrzysz, czy na tle? Jest tak zgrubny jak mapa, z "
        "której pochodzi."
    ),
    "report_read_fall": (
        "Zasłanianie (Zeiler i Fergus, 2014): czerwono tam, gdzie zasłonięcie kwadratu "
        "zmniejsza prawdopodobieństwo klasy, więc model potrzebuje tego, co tam jest; niebiesko"
        " tam, gdzie je zwiększa. Blado, gdy nawet najważniejsze miejsce zmienia niewiele."
    ),
    "report_read_maps": (
        "Mapy: co splot dał dla obrazu, z normalizacją i aktywacją, które następują, dopóki mapa "
        "zachowuje rozmiar; te najbardziej zróżnicowane. Biel to największa wartość w warstwie, "
        "czerń najmniejsza. Pierwsze warstwy pokazują krawędzie i kreski; późniejsze są zgrubne i "
        "odpowiadają częściom."
    ),
    "report_look_right": "rozpoznano jako {predicted} z prawdopodobieństwem {share}",
    "report_look_wrong": (
        "klasa {truth} ({own}), wzięto za {predicted} z prawdopodobieństwem {share}"
    ),
    "report_look_picture": "obraz, klasa {name}",
    "report_look_cam": "Grad-CAM dla klasy {name}",
    "report_look_cam_none": "Grad-CAM dla klasy {name}: żadne miejsce za nią nie przemawia",
    "report_look_fall": (
        "zasłanianie dla klasy {name}: kwadrat {window} px zmienia jej prawdopodobieństwo najwyżej "
        "o {share}"
    ),
    "report_cam_layer": "Grad-CAM pytał warstwę {layer}, której mapy mają {rows} x {columns} pól.",
    "report_maps": "Mapy warstw",
    "report_maps_of": (
        "pokazane mapy: {shown} z {channels}, {rows} x {columns}, wartości od {low} do {high}"
    ),
    "report_map_alt": "mapa {number} warstwy {layer}",
    "report_no_insights": "Nie zajrzano do żadnego obrazu.",
    # again
    "report_command": "Dokładne polecenie, z ziarnem, którego użyto:",
    "report_no_command": "Tego przebiegu nie rozpoczęto poleceniem.",
    "report_seed": "ziarno",
    "report_threads": "wątki",
    "report_files": (
        "Wszystko, o czym tu mowa, leży w {folder}: run.json, results.csv, predictions.csv, "
        "suspicions.csv, steps.sqlite, activations.sqlite, anatomy.json, shown.zip, "
        "model.safetensors."
    ),
    # what there is not
    "report_no_rows": "Nie ma krzywych: żadna epoka nie została ukończona.",
    "report_no_steps": "Nie ma harmonogramu: kroków nie zapisano.",
    "report_no_predictions": (
        "Nic nie można powiedzieć o błędach, klasach, kalibracji i etykietach: nie ma "
        "predykcji do odczytania. Zachowuje się je, gdy trening dochodzi do końca."
    ),
    "report_no_anatomy": "Nie ma tabeli warstw.",
    "report_no_seen": "Wewnątrz niczego nie zapisano.",
    "report_no_kernels": "Nie ma jąder do pokazania: brak modelu albo nie ma w nim splotu.",
}
