"""What does this number mean, and when should I not trust it?"""

from analytics.ui.methods import methods
from analytics.ui.page import open_page

view = open_page()
methods()
