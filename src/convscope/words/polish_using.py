"""What commands say that use a trained model, in Polish."""

USING = {
    "predicted": "{pictures}, czas: {time}, na sekundę: {speed}",
    "unfinished": "Stan tego przebiegu: {status}. Użyto najlepszej dotąd epoki",
    "cannot_be_read": "nie można odczytać",
    "not_sure": "brak pewności",
    "more_unread": "pozostałych nieczytelnych: {count}, zobacz {file}",
    "left_out": "Pominięto",
    "unknown_class": "Nie zmierzono, model nie zna tej klasy: {name} ({pictures})",
    "on_the_only_test_set": (
        "Najlepszą epokę wybrano na jedynym zbiorze testowym: na nowych obrazach "
        "dokładność będzie niższa"
    ),
    "evaluated": (
        "Rozpoznano {share} obrazów: {right} z {count}. Wśród nowych obrazów tego samego rodzaju "
        "byłoby to od {low} do {high} (przedział ufności 95 %, Wilson 1927)."
    ),
    "title_judged": "Jak dobrze model zna każdą klasę",
    "classes_left": "Pozostałych klas, lepiej znanych lub bez obrazów, nie wymieniono: {left}",
    "title_pairs": "Najczęstsze pomyłki",
    "no_pairs": "Brak: rozpoznano każdy obraz",
    "pairs_left": "Pozostałych par mylonych klas: {left}",
    "no_matrix": (
        "Pominięto: na macierz w terminalu klas jest za dużo ({count}, najwyżej może być {most})"
    ),
    "read_judged": "Wiersz to klasa, kolumna to klasa, za którą wzięto jej obrazy",
    "matrix_left": (
        "Pominięto, bo są w nich same zera: wiersze (klasy bez obrazów): {rows}, kolumny (klasy, "
        "za które nie wzięto żadnego obrazu): {columns}"
    ),
    "title_suspects": "Etykiety, które mogą być błędne",
    "read_suspects": (
        "Podejrzenia, nie ustalenia: obejrzyj obraz, zanim zmienisz etykietę; model, który mało "
        "się nauczył, podejrzewa niesłusznie. Pokazano {shown} z {count}; wszystkie: --json"
    ),
    "all_numbers": (
        "Wszystkie liczby: --json; każdy obraz z odpowiedzią modelu: --out predictions.csv"
    ),
    "more_left_out": "Pozostałych pominiętych: {count}",
    "more_unknown": "Pozostałych klas, których model nie zna: {count}",
    "side_used": "Z jego części użyto: {side}",
    "exported": "Zapisano",
    "compared": "Porównano z PyTorch",
    "compared_on": "{pictures}, źródło: {source}",
    "largest_difference": "Największa różnica",
    "difference_of": "{difference} przy dopuszczalnej {most}, w jednostkach największego logitu",
    "card": "Karta modelu",
}
