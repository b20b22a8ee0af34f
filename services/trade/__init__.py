"""Purchase and sales documents: quotes, orders, invoices, returns, credit memos; opened, posted, corrected."""
