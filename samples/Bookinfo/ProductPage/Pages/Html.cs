using System.Net.Mime;

namespace Bookinfo.ProductPage.Pages;

/// <summary>Markup that is safe to send: every text in an interpolation was encoded, markup was not.</summary>
internal readonly record struct Html(string Markup)
{
    public static Html Empty { get; } = new("");

    public static Html Of(HtmlInterpolation text) => new(text.ToString());

    /// <summary>Takes markup as it is; only for markup of our own.</summary>
    public static Html Trusted(string markup) => new(markup);

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part.Markup)));

    public IResult ToResult() => Results.Content(Markup, MediaTypeNames.Text.Html, System.Text.Encoding.UTF8);

    public override string ToString() => Markup;
}
