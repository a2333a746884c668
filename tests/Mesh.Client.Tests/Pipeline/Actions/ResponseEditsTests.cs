using System.Net;
using Mesh.Client.Model;

namespace Mesh.Client.Tests.Pipeline.Actions;

public sealed class ResponseEditsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendAsync_ResponseOfAnEndpoint_IsEdited()
    {
        using var mesh = Mesh(new ScriptedEndpoints());

        using var response = await mesh.GetAsync("http://reviews/a");

        Assert.Equal(("200", "127.0.0.1:1"), (response.Headers.GetValues("x-code").Single(), response.Headers.GetValues("x-upstream").Single()));
        Assert.Equal("text/csv", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("1", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task SendAsync_LocalReplyOfARoute_IsEditedToo()
    {
        using var mesh = Mesh(new ScriptedEndpoints((_, _) => Task.FromException<HttpResponseMessage>(new HttpRequestException(HttpRequestError.ConnectionError))));

        using var response = await mesh.GetAsync("http://reviews/a");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(("503", "UF"), (response.Headers.GetValues("x-code").Single(), response.Headers.GetValues("x-flags").Single()));
    }

    private static OutboundHarness Mesh(ScriptedEndpoints endpoints)
    {
        HeaderEdit Set(string name, FormatVariable variable) => new(name, new HeaderFormat([new FormatSegment(variable, "")]), HeaderEditKind.OverwriteOrAdd, KeepEmpty: false);
        var edits = new HeaderEdits(
            [],
            [
                Set("x-code", FormatVariable.ResponseCode),
                Set("x-upstream", FormatVariable.UpstreamAddress),
                Set("x-flags", FormatVariable.ResponseFlags),
                new HeaderEdit("content-type", HeaderFormat.Text("text/csv"), HeaderEditKind.OverwriteOrAdd, KeepEmpty: false),
            ]);
        var action = new ForwardAction { Clusters = [new WeightedCluster("one", 1) { ResponseEdits = [edits] }] };
        return new OutboundHarness(endpoints).Route("reviews", [new Route("", OutboundHarness.Any, action)], ("one", [1]));
    }
}
