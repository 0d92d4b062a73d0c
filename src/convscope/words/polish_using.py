"""What commands say that use a trained model, in Polish."""

USING = {
    "predicted": "Obrazów: {pictures}, czas: {time}, na sekundę: {speed}",
    "unfinished": "Stan tego przebiegu: {status}. Użyto najlepszej dotąd epoki",
    "cannot_be_read": "nie można odczytać",
    "not_sure": "brak pewności",
    "more_unread": "i jeszcze {count} nieczytelnych: zobacz {file}",
    "left_out": "Pominięto",
    "unknown_class": "Nie zmierzono, model nie zna tej klasy: {name} (obrazów: {count})",
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
    "all_numbers": (
        "Wszystkie liczby: --json; każdy obraz z odpowiedzią modelu: --out predictions.csv"
    ),
    "more_left_out": "I jeszcze {count} pominiętych",
    "more_unknown": "I jeszcze {count} klas, których model nie zna",
    "side_used": "Z jego części użyto: {side}",
    "exported": "Zapisano",
    "compared": "Porównano z PyTorch",
    "compared_on": "{count} obrazów z {source}",
    "largest_difference": "Największa różnica",
    "difference_of": "{difference} przy dopuszczalnej {most}, w jednostkach największego logitu",
    "card": "Karta modelu",
}
