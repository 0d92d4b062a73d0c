"""How do many records read as one page?"""

from convscope.report.beside import beside_page as beside_page
from convscope.report.chapter import chapter_page as chapter_page
from convscope.report.comparison import comparison_page as comparison_page
from convscope.report.explain import explain_page as explain_page
from convscope.report.pages import page as page
from convscope.report.pages import write_page as write_page
from convscope.report.pictures import Picture as Picture
from convscope.report.pictures import inlined as inlined
from convscope.report.run import run_page as run_page
from convscope.report.run_material import RunMaterial as RunMaterial
from convscope.report.run_reading import material as material
from convscope.report.run_reading import write_report as write_report

__all__ = [
    "Picture",
    "RunMaterial",
    "beside_page",
    "chapter_page",
    "comparison_page",
    "explain_page",
    "inlined",
    "material",
    "page",
    "run_page",
    "write_page",
    "write_report",
]
