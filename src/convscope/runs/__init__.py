"""What does a run leave behind?"""

from convscope.runs import quantities as quantities
from convscope.runs.activations import Activations as Activations
from convscope.runs.activations import read_activations as read_activations
from convscope.runs.anatomy import AnatomyRecord as AnatomyRecord
from convscope.runs.anatomy import FieldOfView as FieldOfView
from convscope.runs.anatomy import FieldStatus as FieldStatus
from convscope.runs.anatomy import LayerRow as LayerRow
from convscope.runs.anatomy import WindowShape as WindowShape
from convscope.runs.beside import RunBeside as RunBeside
from convscope.runs.beside import RunsBeside as RunsBeside
from convscope.runs.beside import SeedGroup as SeedGroup
from convscope.runs.comparisons import MEASURES as MEASURES
from convscope.runs.comparisons import Chart as Chart
from convscope.runs.comparisons import Comparison as Comparison
from convscope.runs.comparisons import Curve as Curve
from convscope.runs.comparisons import Measure as Measure
from convscope.runs.comparisons import Spread as Spread
from convscope.runs.comparisons import Tried as Tried
from convscope.runs.comparisons import Verdict as Verdict
from convscope.runs.comparisons import chance_apart as chance_apart
from convscope.runs.explanations import Explanation as Explanation
from convscope.runs.explanations import LayerPicture as LayerPicture
from convscope.runs.explanations import Looked as Looked
from convscope.runs.folder import RunFolder as RunFolder
from convscope.runs.histograms import packed as packed
from convscope.runs.histograms import unpacked as unpacked
from convscope.runs.histograms import value_order as value_order
from convscope.runs.inside import ChannelHistory as ChannelHistory
from convscope.runs.inside import GradientHistory as GradientHistory
from convscope.runs.inside import KernelHistory as KernelHistory
from convscope.runs.inside import NormHistory as NormHistory
from convscope.runs.inside import PictureInBatches as PictureInBatches
from convscope.runs.insights import Insight as Insight
from convscope.runs.insights import KeptMaps as KeptMaps
from convscope.runs.insights import insight_files as insight_files
from convscope.runs.insights import read_insights as read_insights
from convscope.runs.kept import read_anatomy as read_anatomy
from convscope.runs.kept import read_shown as read_shown
from convscope.runs.kept import write_anatomy as write_anatomy
from convscope.runs.kept import write_shown as write_shown
from convscope.runs.ladder import Inside as Inside
from convscope.runs.ladder import Ladder as Ladder
from convscope.runs.ladder import Printed as Printed
from convscope.runs.ladder import Rung as Rung
from convscope.runs.lasting import lasting_store as lasting_store
from convscope.runs.layers import HistogramGrid as HistogramGrid
from convscope.runs.layers import LayerHistory as LayerHistory
from convscope.runs.layers import norms_of as norms_of
from convscope.runs.listing import RunSummary as RunSummary
from convscope.runs.listing import list_runs as list_runs
from convscope.runs.listing import run_summary as run_summary
from convscope.runs.looks import SPARSE_SHARE as SPARSE_SHARE
from convscope.runs.looks import ChannelLook as ChannelLook
from convscope.runs.looks import Course as Course
from convscope.runs.looks import LayerLook as LayerLook
from convscope.runs.looks import channel_looks as channel_looks
from convscope.runs.looks import layer_look as layer_look
from convscope.runs.manifest import Manifest as Manifest
from convscope.runs.manifest import Status as Status
from convscope.runs.manifest import chosen_on_test as chosen_on_test
from convscope.runs.manifest import now as now
from convscope.runs.phrases import Name as Name
from convscope.runs.phrases import Phrase as Phrase
from convscope.runs.phrases import said as said
from convscope.runs.plain import as_json as as_json
from convscope.runs.predictions import PredictionTable as PredictionTable
from convscope.runs.predictions import printable as printable
from convscope.runs.predictions import read_predictions as read_predictions
from convscope.runs.predictions import write_predictions as write_predictions
from convscope.runs.predictions_judged import Calibration as Calibration
from convscope.runs.predictions_judged import ClassReport as ClassReport
from convscope.runs.predictions_judged import calibration as calibration
from convscope.runs.predictions_judged import class_reports as class_reports
from convscope.runs.predictions_judged import confused_pairs as confused_pairs
from convscope.runs.predictions_judged import least_sure as least_sure
from convscope.runs.predictions_judged import mistaken as mistaken
from convscope.runs.predictions_judged import share_interval as share_interval
from convscope.runs.predictions_judged import suspected as suspected
from convscope.runs.predictions_judged import weakest_first as weakest_first
from convscope.runs.records import EpochRow as EpochRow
from convscope.runs.records import Steps as Steps
from convscope.runs.results import Results as Results
from convscope.runs.results import read_results as read_results
from convscope.runs.settings import TrainSettings as TrainSettings
from convscope.runs.settings import kinds_of as kinds_of
from convscope.runs.settings import option_of as option_of
from convscope.runs.settings import read_settings as read_settings
from convscope.runs.settings import seconds as seconds
from convscope.runs.store import Store as Store
from convscope.runs.store import read_steps as read_steps
from convscope.runs.suspicions import Copies as Copies
from convscope.runs.suspicions import LabelSuspicion as LabelSuspicion
from convscope.runs.suspicions import label_suspicions as label_suspicions
from convscope.runs.suspicions import write_suspicions as write_suspicions
from convscope.runs.tallies import Tally as Tally
from convscope.runs.tallies import TallyStore as TallyStore
from convscope.runs.traces import TracedMap as TracedMap
from convscope.runs.traces import TracedPatch as TracedPatch
from convscope.runs.traces import TracedStep as TracedStep
from convscope.runs.traces import TraceRecord as TraceRecord

__all__ = [
    "MEASURES",
    "SPARSE_SHARE",
    "Activations",
    "AnatomyRecord",
    "Calibration",
    "ChannelHistory",
    "ChannelLook",
    "Chart",
    "ClassReport",
    "Comparison",
    "Copies",
    "Course",
    "Curve",
    "EpochRow",
    "Explanation",
    "FieldOfView",
    "FieldStatus",
    "GradientHistory",
    "HistogramGrid",
    "Inside",
    "Insight",
    "KeptMaps",
    "KernelHistory",
    "LabelSuspicion",
    "Ladder",
    "LayerHistory",
    "LayerLook",
    "LayerPicture",
    "LayerRow",
    "Looked",
    "Manifest",
    "Measure",
    "Name",
    "NormHistory",
    "Phrase",
    "PictureInBatches",
    "PredictionTable",
    "Printed",
    "Results",
    "RunBeside",
    "RunFolder",
    "RunSummary",
    "Rung",
    "RunsBeside",
    "SeedGroup",
    "Spread",
    "Status",
    "Steps",
    "Store",
    "Tally",
    "TallyStore",
    "TraceRecord",
    "TracedMap",
    "TracedPatch",
    "TracedStep",
    "TrainSettings",
    "Tried",
    "Verdict",
    "WindowShape",
    "as_json",
    "calibration",
    "chance_apart",
    "channel_looks",
    "chosen_on_test",
    "class_reports",
    "confused_pairs",
    "insight_files",
    "kinds_of",
    "label_suspicions",
    "lasting_store",
    "layer_look",
    "least_sure",
    "list_runs",
    "mistaken",
    "norms_of",
    "now",
    "option_of",
    "packed",
    "printable",
    "quantities",
    "read_activations",
    "read_anatomy",
    "read_insights",
    "read_predictions",
    "read_results",
    "read_settings",
    "read_shown",
    "read_steps",
    "run_summary",
    "said",
    "seconds",
    "share_interval",
    "suspected",
    "unpacked",
    "value_order",
    "weakest_first",
    "write_anatomy",
    "write_predictions",
    "write_shown",
    "write_suspicions",
]
