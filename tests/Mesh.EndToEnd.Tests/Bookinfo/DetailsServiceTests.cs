using System.Net;
using System.Text.Json.Nodes;

namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>Details behaves as upstream's does.</summary>
public sealed class DetailsServiceTests
{
    [Theory]
    [InlineData("/details/0", 0)]
    [InlineData("/details/7", 7)]
    [InlineData("/details/some/where/7", 7)]
    public async Task Get_ANumericProduct_TellsTheBook(string path, int id)
    {
        await using var details = await Services.DetailsAsync();

        var book = await details.GetJsonAsync(path);

        var expected = JsonNode.Parse($$"""
            {"id":{{id}},"author":"William Shakespeare","year":1595,"type":"paperback","pages":200,"publisher":"PublisherA",
             "language":"English","ISBN-10":"1234567890","ISBN-13":"123-1234567890"}
            """);
        Assert.True(JsonNode.DeepEquals(expected, book), book.ToJsonString());
    }

    [Theory]
    [InlineData("/details/abc")]
    [InlineData("/details/")]
    [InlineData("/details")]
    [InlineData("/details/1.5")]
    public async Task Get_AnythingElse_IsABadRequest(string path)
    {
        await using var details = await Services.DetailsAsync();

        var error = await details.GetJsonAsync(path, HttpStatusCode.BadRequest);

        Assert.Equal("""{"error":"please provide numeric product id"}""", error.ToJsonString());
    }

    [Fact]
    public async Task Health_Always_IsHealthy()
    {
        await using var details = await Services.DetailsAsync();

        Assert.Equal((200, """{"status":"Details is healthy"}"""), await details.GetAsync("/health"));
    }
}
