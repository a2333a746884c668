using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>Bookinfo from outside by Istio's own gateway-api/bookinfo-gateway.yaml, in place of its Istio Gateway.</summary>
[Collection(BookinfoRun.Name)]
public sealed class GatewayApiSampleTests
{
    [Fact(Timeout = 120_000)]
    public async Task Page_ByTheGatewayApi_IsWhole()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var resource = Path.Combine(Repository.RequireSharedData("bookinfo"), "gateway-api", "bookinfo-gateway.yaml");
        await using var bookinfo = new BookinfoMesh("bookinfo-gateway.yaml");
        bookinfo.CopyIn(resource);
        await bookinfo.StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });

        var html = await client.GetStringAsync(bookinfo.OutsidePage, cancellation);

        Assert.Contains("Book Details", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Error fetching", html, StringComparison.Ordinal);
    }
}
