"""The demo cohort: invented people of a real-life programme, dated so that it runs today."""
