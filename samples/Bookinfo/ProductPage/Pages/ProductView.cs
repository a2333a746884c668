using System.Text.Json.Nodes;
using Bookinfo.ProductPage.Backends;

namespace Bookinfo.ProductPage.Pages;

/// <summary>The page of the book; it is whole even when a backend is not.</summary>
internal static class ProductView
{
    public static Html Render(Product product, BackendAnswer details, BackendAnswer reviews, string? user) =>
        Layout.Render(Account(user), Html.Of($"""
            <h1>{product.Title}</h1>
            <p class="summary">Summary: {Html.Trusted(product.DescriptionHtml)}</p>
            <section>
            {(details.IsOk ? Details(details) : Failure("details", details))}
            </section>
            <section>
            {(reviews.IsOk ? Reviews(reviews) : Failure("reviews", reviews))}
            </section>
        """));

    private static Html Account(string? user) => user is null
        ? Html.Of($"""
            <button type="button" popovertarget="login">Sign in</button>
            <form id="login" popover method="post" action="login">
              <h2>Please sign in</h2>
              <label>User name <input name="username" required autocomplete="username"></label>
              <label>Password <input name="passwd" type="password" required autocomplete="current-password"></label>
              <p class="hint">Any name and any password will do; the sample routes by the name <b>jason</b>.</p>
              <button type="submit">Sign in</button>
            </form>
            """)
        : Html.Of($"""<span class="user">{user}</span><a href="logout">Sign out</a>""");

    private static Html Details(BackendAnswer details) => Html.Of($"""
        <h2>Book Details</h2>
        <table class="details">
          <tr><th>ISBN-10</th><td>{details.Text("ISBN-10")}</td></tr>
          <tr><th>Publisher</th><td>{details.Text("publisher")}</td></tr>
          <tr><th>Pages</th><td>{details.Text("pages")}</td></tr>
          <tr><th>Type</th><td>{details.Text("type")}</td></tr>
          <tr><th>Language</th><td>{details.Text("language")}</td></tr>
        </table>
        """);

    private static Html Reviews(BackendAnswer reviews)
    {
        var list = (reviews.Body as JsonObject)?["reviews"] as JsonArray ?? [];
        var cluster = reviews.Text("clustername") is var name && name is "null" or "" ? "" : $" on cluster {name}";
        return Html.Of($"""
            <h2>Book Reviews</h2>
            <div class="reviews">
            {Html.Join(list.OfType<JsonObject>().Select(review => Review(review, $"{reviews.Text("podname")}{cluster}")))}
            </div>
            """);
    }

    private static Html Review(JsonObject review, string servedBy) => Html.Of($"""
        <blockquote>
          {Rating(review["rating"] as JsonObject)}
          <p>"{review["text"]}"</p>
          <footer><cite>{review["reviewer"]}</cite><small>Reviews served by: {servedBy}</small></footer>
        </blockquote>

        """);

    private static Html Rating(JsonObject? rating) => rating switch
    {
        { } when rating["stars"] is JsonValue stars && stars.TryGetValue<int>(out var count) => Stars.Render(count, rating["color"]?.ToString() ?? "black"),
        { } when rating["error"] is { } error => Html.Of($"""<p class="text-red-500">{error}</p>"""),
        _ => Html.Empty,
    };

    private static Html Failure(string what, BackendAnswer answer) => Html.Of($"""
        <h2>Error fetching product {what}</h2>
        <p class="failure">{answer.Text("error")}</p>
        """);
}
