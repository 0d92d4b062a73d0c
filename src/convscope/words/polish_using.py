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
    "side_used": "Z jego części użyto: {side}",
    "exported": "Zapisano",
    "compared": "Porównano z PyTorch",
    "compared_on": "{count} obrazów z {source}",
    "largest_difference": "Największa różnica",
    "difference_of": "{difference} przy dopuszczalnej {most}, w jednostkach największego logitu",
    "card": "Karta modelu",
}
