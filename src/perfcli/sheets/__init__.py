"""Score sheets: from workbooks to tables of scores, with a finding for everything that is off."""
