"""What is said of runs side by side, in Polish."""

BESIDE = {
    "beside_title": "Przebiegi obok siebie: {count}",
    "beside_lead": (
        "Wymieniono tylko te ustawienia, które się różnią. Wyniki pochodzą z najlepszej epoki "
        "każdego przebiegu, z jego obrazów walidacyjnych."
    ),
    "beside_part_results": "Wyniki",
    "beside_part_settings": "Ustawienia, które się różnią",
    "beside_part_spreads": "Rozrzut między ziarnami",
    "beside_part_curves": "Krzywe",
    "beside_part_inside": "Przedostatnia warstwa w kolorach",
    # headings
    "beside_number": "nr",
    "beside_run": "przebieg",
    "beside_status": "stan",
    "beside_epoch": "najlepsza epoka",
    "beside_accuracy": "dokładność",
    "beside_train": "strata treningowa",
    "beside_valid": "strata walidacyjna",
    "beside_seconds": "czas",
    "beside_size": "parametry",
    "beside_setting": "ustawienie",
    "beside_runs": "przebiegi",
    "beside_seeds": "ziarna",
    # sentences
    "beside_same": "Pozostałe ustawienia są takie same: {count}",
    "beside_all_same": "Wszystkie ustawienia są takie same: {count}",
    "beside_so_far": (
        "{name}, stan: {status}. To wyniki dotychczasowe, nie wliczono ich do rozrzutu"
    ),
    "beside_other_data": (
        "Inne obrazy niż w pierwszym przebiegu: {names}. Strat i dokładności z różnych danych "
        "nie można porównywać"
    ),
    "beside_spread": (
        "Te przebiegi różnią się tylko ziarnem. Mediana, a pod nią najmniejsza i największa wartość"
    ),
    "beside_split": "Ziarno wybrało też obrazy walidacyjne: to rozrzut obu przyczyn razem",
    "beside_no_curves": "Żaden przebieg nie ukończył epoki.",
    "beside_unseen": "{name} nie ma tu obrazka: {reason}.",
    "beside_layer": "{run}, warstwa {layer}",
    "beside_curves_alt": (
        "Trzy wykresy, w każdym linia na przebieg: strata treningowa, strata walidacyjna i "
        "dokładność w kolejnych epokach. Ostatnia strata walidacyjna i dokładność: {ends}"
    ),
    "beside_colours_alt": (
        "Histogramy wyjść krok po kroku jako kolory, na wspólnej osi od {low} do {high}: {names}"
    ),
    # how to read them
    "beside_read_curves": (
        "Każdy przebieg ma swój kolor; obie straty mają wspólną oś. Różnica mniejsza niż między "
        "dwoma ziarnami nic nie znaczy."
    ),
    "beside_read_colours": (
        "Kolumna to histogram jednego kroku (lub kilku); im jaśniej, tym więcej wyjść; oś "
        "wartości i kolory są wszędzie te same. Zdrowo: gładki rozkład o stałej szerokości. "
        "Choroba: wybuchy, które rosną i zapadają się, albo wszystko na jednej wartości."
    ),
}
