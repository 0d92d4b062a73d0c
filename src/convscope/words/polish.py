"""Every label in Polish, in the words of the chapter's Polish edition where it has them."""

from convscope.words.polish_anatomy import ANATOMY
from convscope.words.polish_beside import BESIDE
from convscope.words.polish_chapter import CHAPTER
from convscope.words.polish_check import CHECK
from convscope.words.polish_compare import COMPARE
from convscope.words.polish_conv import CONV
from convscope.words.polish_inside import INSIDE
from convscope.words.polish_interpret import INTERPRET
from convscope.words.polish_report import REPORT
from convscope.words.polish_trace import TRACE
from convscope.words.polish_using import USING

POLISH = {
    **BESIDE,
    **CHAPTER,
    **CHECK,
    **ANATOMY,
    **COMPARE,
    **CONV,
    **INSIDE,
    **INTERPRET,
    **REPORT,
    **TRACE,
    **USING,
    # a training, as a table
    "epoch": "Epoka",
    "train_loss": "Strata zbioru treningowego",
    "valid_loss": "Strata zbioru walidacyjnego",
    "accuracy": "Dokładność",
    "time": "Czas",
    # a training under way, and what a model scores
    "under_way": "epoka {epoch}, strata zbioru treningowego {loss}",
    "balanced_accuracy": "zrównoważona dokładność",
    # the runs, as a table
    "run": "trening",
    "status": "stan",
    "data": "dane",
    "best_epoch": "najlepsza epoka",
    "running": "trwa",
    "done": "gotowe",
    "interrupted": "przerwane",
    "failed": "nieudane",
    "stopped": "zatrzymane",
    "lost": "zaginione",
    "damaged": "uszkodzone",
    # one of them, a few, and many
    "counted_pictures": "obraz|obrazy|obrazów",
    "counted_classes": "klasa|klasy|klas",
    "counted_copies": "kopia|kopie|kopii",
    # axes and lines
    "step": "krok treningu",
    "loss": "strata",
    "share": "udział obrazów, od 0 do 1",
    "value": "wartość",
    "lr": "tempo uczenia",
    "lr_log": "tempo uczenia (logarytmicznie)",
    "momentum": "pęd",
    "every_step": "każda partia",
    "smoothed": "wygładzona",
    "training": "zbiór treningowy",
    "validation": "zbiór walidacyjny",
    "suggestion": "proponowane: {rate}",
    "beyond": "do {value}, poza krawędzią",
    # titles
    "title_loss": "Strata",
    "title_metrics": "Miary",
    "title_lr": "Tempo uczenia",
    "title_momentum": "Pęd",
    "title_rate_search": "Strata przy rosnącym tempie uczenia",
    "title_batch": "Obrazy, jakie dostaje model",
    # how to read a picture
    "read_curves": (
        "Zdrowy trening: obie straty maleją i trzymają się razem, dokładność rośnie. Gdy strata "
        "treningowa maleje, a walidacyjna rośnie, sieć uczy się obrazów na pamięć."
    ),
    "read_schedule": (
        "Tempo najpierw rośnie, potem spada prawie do zera; pęd zmienia się odwrotnie, więc kroki "
        "są ostrożne na obu końcach, a śmiałe pośrodku."
    ),
    "read_loss": (
        "Linia powinna opadać i się wypłaszczać. Jeśli skacze w górę i tam zostaje, tempo uczenia "
        "było za duże; jeśli stoi w miejscu, za małe."
    ),
    "read_rate_search": (
        "Dobre tempo leży tam, gdzie strata stromo opada, sporo przed jej wybuchem; kropka "
        "oznacza propozycję."
    ),
    "read_batch": (
        "Każdy obraz ze swoją klasą, po zmianie rozmiaru. Czy nazwy pasują i czy sam potrafisz "
        "odróżnić klasy?"
    ),
}
