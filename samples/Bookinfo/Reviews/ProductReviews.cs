using System.Globalization;
using System.Text.Json.Nodes;

namespace Bookinfo.Reviews;

/// <summary>Composes the answer of the service.</summary>
internal static class ProductReviews
{
    private static readonly (string Reviewer, string Text)[] Reviews =
    [
        ("Reviewer1", "An extremely entertaining play by Shakespeare. The slapstick humour is refreshing!"),
        ("Reviewer2", "Absolutely fun and entertaining. The play lacks thematic depth when compared to other plays by Shakespeare."),
    ];

    /// <param name="id">The product; a string in the answer, as upstream has it.</param>
    /// <param name="settings">Names and star colour.</param>
    /// <param name="stars">Stars by reviewer; null for a version that shows no ratings at all.</param>
    public static JsonObject Compose(int id, ReviewsSettings settings, IReadOnlyDictionary<string, int>? stars) => new()
    {
        ["id"] = id.ToString(CultureInfo.InvariantCulture),
        ["podname"] = settings.PodName,
        ["clustername"] = settings.ClusterName,
        ["reviews"] = new JsonArray([.. Reviews.Select<(string Reviewer, string Text), JsonNode>(review => Compose(review.Reviewer, review.Text, settings.StarColor, stars))]),
    };

    private static JsonObject Compose(string reviewer, string text, string color, IReadOnlyDictionary<string, int>? stars)
    {
        var review = new JsonObject { ["reviewer"] = reviewer, ["text"] = text };
        if (stars is not null)
        {
            review["rating"] = stars.TryGetValue(reviewer, out var count)
                ? new JsonObject { ["stars"] = count, ["color"] = color }
                : new JsonObject { ["error"] = "Ratings service is currently unavailable" };
        }

        return review;
    }
}
