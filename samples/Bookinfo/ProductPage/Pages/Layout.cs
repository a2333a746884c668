namespace Bookinfo.ProductPage.Pages;

/// <summary>The frame around every page.</summary>
internal static class Layout
{
    public static Html Render(Html account, Html body) => Html.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>Simple Bookstore App</title>
          <link rel="icon" href="static/book.svg" type="image/svg+xml">
          <link rel="stylesheet" href="static/bookinfo.css">
        </head>
        <body>
          <nav><a class="brand" href="/">BookInfo Sample</a>{account}</nav>
          <main>
        {body}
          </main>
        </body>
        </html>

        """);
}
