"""What a network is made of: labels in Polish."""

ANATOMY = {
    "anatomy_layer": "Warstwa (typ)",
    "anatomy_path": "nazwa",
    "anatomy_input": "kształt wejścia",
    "anatomy_output": "kształt wyjścia",
    "anatomy_window": "okno",
    "anatomy_parameters": "parametry",
    "anatomy_trainable": "uczone",
    "anatomy_multiply_adds": "mnożenia z dodaniem",
    "anatomy_activation": "pamięć",
    "anatomy_field": "pole receptywne / skok",
    "anatomy_whole": "całe wejście",
    "anatomy_unknown": "nieznane",
    "anatomy_data": "zależy od danych",
    "anatomy_total_parameters": "parametry",
    "anatomy_frozen": "zamrożone",
    "anatomy_unused": "tu nieużywane",
    "anatomy_counts": (
        "wagi x miejsca w splotach, warstwach liniowych i iloczynach "
        "macierzy; wyrazy wolne, normalizacje, aktywacje i łączenie nie są liczone"
    ),
    "anatomy_each": "mnożenia z dodaniem dotyczą jednego obrazu",
    "anatomy_others": "inni liczą",
    "anatomy_read_field": (
        "pole receptywne: bok w pikselach prostokąta, który widzi jedno miejsce z dala od brzegów; "
        "skok: o ile pikseli dalej leży prostokąt następnego miejsca"
    ),
    "anatomy_read_window": (
        "okno: bok jądra splotu, / krok, + dopełnienie, d rozstęp, g liczba grup; tylko to, co "
        "odbiega od 1, 0, 1 i 1"
    ),
    "anatomy_book": "książka",
    "anatomy_true": "tak",
    "anatomy_false": "nie",
    "anatomy_one_number": "1 liczba",
    "anatomy_left_out": "kolumny pominięte, wiersz jest za wąski",
    "anatomy_reused": "ponownie",
    "anatomy_optimiser": "optymalizator",
    "anatomy_loss": "funkcja straty",
    "anatomy_callbacks": "wywołania zwrotne",
    "anatomy_network": "{network}, wejście {shape}",
    "anatomy_at_least": "co najmniej {count}; brak reguły dla {names}",
    "anatomy_tied": "wspólne z wcześniejszą warstwą",
}
