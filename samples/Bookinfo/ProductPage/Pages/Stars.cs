namespace Bookinfo.ProductPage.Pages;

/// <summary>A rating as five stars, the first ones filled.</summary>
internal static class Stars
{
    private const int Most = 5;

    public static Html Render(int count, string color)
    {
        var filled = Math.Clamp(count, 0, Most);
        return Html.Of($"""
            <p class="stars" title="{filled} of {Most} stars">{Html.Join(Enumerable.Repeat(Filled(color), filled))}{Html.Join(Enumerable.Repeat(Hollow(color), Most - filled))}</p>
            """);
    }

    // Checks of upstream's page look for this id, blank and repetition included.
    private static Html Filled(string color) => Html.Of($"""<span id="glyphicon glyphicon-star" class="text-{color}-500">★</span>""");

    private static Html Hollow(string color) => Html.Of($"""<span class="text-{color}-500">☆</span>""");
}
