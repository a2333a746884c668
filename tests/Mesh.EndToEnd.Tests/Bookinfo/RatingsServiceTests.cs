using Mesh.Testing.Time;

namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>Ratings behaves as upstream's does, in all versions without a database.</summary>
public sealed class RatingsServiceTests
{
    private const string Good = """{"id":0,"ratings":{"Reviewer1":5,"Reviewer2":4}}""";
    private const string Refused = """{"error":"Service unavailable"}""";
    private const string BadId = """{"error":"please provide numeric product ID"}""";

    [Theory]
    [InlineData("/ratings/0", 200, Good)]
    [InlineData("/ratings/12", 200, """{"id":12,"ratings":{"Reviewer1":5,"Reviewer2":4}}""")]
    [InlineData("/ratings/12abc", 200, """{"id":12,"ratings":{"Reviewer1":5,"Reviewer2":4}}""")]
    [InlineData("/ratings/abc", 400, BadId)]
    [InlineData("/ratings/", 400, BadId)]
    [InlineData("/health", 200, """{"status":"Ratings is healthy"}""")]
    public async Task Get_OfVersion1_AnswersAsUpstream(string path, int status, string text)
    {
        await using var ratings = await Services.RatingsAsync();

        Assert.Equal((status, text), await ratings.GetAsync(path));
    }

    [Fact]
    public async Task Post_OfRatings_IsKeptForThatProduct()
    {
        await using var ratings = await Services.RatingsAsync();
        const string Changed = """{"id":0,"ratings":{"Reviewer1":2,"Reviewer2":2}}""";

        Assert.Equal((200, Changed), await ratings.PostAsync("/ratings/0", """{"Reviewer1":2,"Reviewer2":2}"""));

        Assert.Equal((200, Changed), await ratings.GetAsync("/ratings/0"));
        Assert.Contains("\"Reviewer1\":5", (await ratings.GetAsync("/ratings/1")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ratings/0", "{ nonsense", 400, """{"error":"please provide valid ratings JSON"}""")]
    [InlineData("/ratings/0", "", 400, """{"error":"please provide valid ratings JSON"}""")]
    [InlineData("/ratings/abc", "{}", 400, BadId)]
    public async Task Post_OfNonsense_IsABadRequest(string path, string body, int status, string text)
    {
        await using var ratings = await Services.RatingsAsync();

        Assert.Equal((status, text), await ratings.PostAsync(path, body));
    }

    [Fact]
    public async Task Post_ToTheDatabaseVersion_IsNotImplemented()
    {
        await using var ratings = await Services.RatingsAsync(("SERVICE_VERSION", "v2"));

        Assert.Equal((501, """{"error":"Post not implemented for database backed ratings"}"""), await ratings.PostAsync("/ratings/0", "{}"));
    }

    [Theory]
    [InlineData(0.49, 503, Refused)]
    [InlineData(0.51, 200, Good)]
    public async Task Get_OfTheFaultyVersion_FailsHalfOfTheTime(double dice, int status, string text)
    {
        await using var ratings = await Services.RatingsAsync("v-faulty", TimeProvider.System, new FixedRandom(dice));

        Assert.Equal((status, text), await ratings.GetAsync("/ratings/0"));
    }

    [Fact]
    public async Task Get_OfTheDelayedVersion_TakesSevenSecondsHalfOfTheTime()
    {
        var time = new FakeTimeProvider();
        await using var ratings = await Services.RatingsAsync("v-delayed", time, new FixedRandom(0.49));

        var answer = ratings.GetAsync("/ratings/0");
        await time.WaitForTimerOfAsync(TimeSpan.FromSeconds(7), TestContext.Current.CancellationToken);
        Assert.False(answer.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal((200, Good), await answer);
    }

    [Fact]
    public async Task Get_OfTheUnavailableVersion_TogglesEveryMinute()
    {
        var time = new FakeTimeProvider();
        await using var ratings = await Services.RatingsAsync("v-unavailable", time, Random.Shared);

        Assert.Equal((200, Good), await ratings.GetAsync("/ratings/0"));
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal((503, Refused), await ratings.GetAsync("/ratings/0"));
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal((200, Good), await ratings.GetAsync("/ratings/0"));
    }

    [Fact]
    public async Task Health_OfTheUnhealthyVersion_TogglesEveryQuarterOfAnHour()
    {
        var time = new FakeTimeProvider();
        await using var ratings = await Services.RatingsAsync("v-unhealthy", time, Random.Shared);

        Assert.Equal(200, (await ratings.GetAsync("/health")).Status);
        time.Advance(TimeSpan.FromMinutes(15.1));

        Assert.Equal((500, """{"status":"Ratings is not healthy"}"""), await ratings.GetAsync("/health"));
        Assert.Equal((503, Refused), await ratings.GetAsync("/ratings/0"));
    }

    private sealed class FixedRandom(double dice) : Random
    {
        public override double NextDouble() => dice;
    }
}
