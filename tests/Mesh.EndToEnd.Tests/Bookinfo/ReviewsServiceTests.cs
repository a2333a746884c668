using System.Text.Json.Nodes;

namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>Reviews behaves as upstream's three versions do.</summary>
public sealed class ReviewsServiceTests
{
    private const string Text1 = "An extremely entertaining play by Shakespeare. The slapstick humour is refreshing!";
    private const string Text2 = "Absolutely fun and entertaining. The play lacks thematic depth when compared to other plays by Shakespeare.";
    private const string NoRating = """{"error":"Ratings service is currently unavailable"}""";

    [Fact]
    public async Task Get_OfVersion1_HasNoRatings()
    {
        await using var reviews = await Services.ReviewsAsync(("HOSTNAME", "reviews-v1-abcde"));

        var answer = await reviews.GetJsonAsync("/reviews/0");

        var expected = JsonNode.Parse($$"""
            {"id":"0","podname":"reviews-v1-abcde","clustername":"null","reviews":[
             {"reviewer":"Reviewer1","text":"{{Text1}}"},{"reviewer":"Reviewer2","text":"{{Text2}}"}]}
            """);
        Assert.True(JsonNode.DeepEquals(expected, answer), answer.ToJsonString());
    }

    [Theory]
    [InlineData(null, "black")]
    [InlineData("red", "red")]
    public async Task Get_OfALaterVersion_HasStarsInItsColour(string? color, string expected)
    {
        await using var ratings = await Services.RatingsAsync();
        await using var reviews = await StartAsync(ratings.Address, color);

        Assert.Equal(
            [$$"""{"stars":5,"color":"{{expected}}"}""", $$"""{"stars":4,"color":"{{expected}}"}"""],
            await RatingsOf(reviews));
    }

    [Theory]
    [InlineData(503, "{}")]
    [InlineData(404, """{"id":0,"ratings":{"Reviewer1":5,"Reviewer2":4}}""")]
    [InlineData(200, "nonsense")]
    [InlineData(200, "[]")]
    [InlineData(200, """{"id":0}""")]
    public async Task Get_WhenRatingsFail_SaysSoAndStaysWhole(int status, string body)
    {
        await using var ratings = await ScriptedBackend.StartAsync(status, body);
        await using var reviews = await StartAsync(ratings.Address, "red");

        Assert.Equal([NoRating, NoRating], await RatingsOf(reviews));
        Assert.Single(ratings.Requests);
    }

    [Fact]
    public async Task Get_WhenAReviewerIsMissing_SaysSoForThatOne()
    {
        await using var ratings = await ScriptedBackend.StartAsync(200, """{"id":0,"ratings":{"Reviewer2":3}}""");
        await using var reviews = await StartAsync(ratings.Address, "red");

        Assert.Equal([NoRating, """{"stars":3,"color":"red"}"""], await RatingsOf(reviews));
    }

    [Fact]
    public async Task Get_WhenRatingsAreSilent_GivesUpAfterTwoAndAHalfSeconds()
    {
        await using var ratings = await ScriptedBackend.StartSilentAsync();
        await using var reviews = await StartAsync(ratings.Address, "red");

        var start = TimeProvider.System.GetTimestamp();
        Assert.Equal([NoRating, NoRating], await RatingsOf(reviews));
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 2.4, 6);
    }

    [Theory]
    [InlineData("/reviews/abc", 404, "")]
    [InlineData("/health", 200, """{"status":"Reviews is healthy"}""")]
    public async Task Get_OtherPaths_AnswerAsUpstream(string path, int status, string text)
    {
        await using var reviews = await Services.ReviewsAsync();

        Assert.Equal((status, text), await reviews.GetAsync(path));
    }

    private static Task<RunningService> StartAsync(Uri ratings, string? color) => Services.ReviewsAsync(
        [("ENABLE_RATINGS", "true"), .. color is null ? [] : new[] { ("STAR_COLOR", color) }, .. Services.Backend("ratings", ratings)]);

    private static async Task<string[]> RatingsOf(RunningService reviews) =>
        [.. (await reviews.GetJsonAsync("/reviews/0"))["reviews"]!.AsArray().Select(review => review!["rating"]!.ToJsonString())];
}
