using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>The services of the running sample talk to each other by mutual TLS and to nobody without a certificate; the browser still gets its page.</summary>
[Collection(BookinfoRun.Name)]
public sealed class MutualTlsTests(BookinfoMesh bookinfo)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("details-v1", "/details/0")]
    [InlineData("reviews-v1", "/reviews/0")]
    [InlineData("reviews-v2", "/reviews/0")]
    [InlineData("reviews-v3", "/reviews/0")]
    [InlineData("ratings-v1", "/ratings/0")]
    public async Task PlainHttp_StraightToAService_GetsNoAnswer(string name, string path)
    {
        var address = bookinfo.AddressOf(name);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Cancellation);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n"), Cancellation);

        Assert.Equal("", await ReadToEndAsync(stream).WaitAsync(Limit, Cancellation));
    }

    [Fact]
    public async Task Tls_WithoutACertificate_GetsNoAnswer()
    {
        var address = bookinfo.AddressOf("reviews-v2");
        var start = new ProcessStartInfo("openssl", ["s_client", "-connect", address.Authority, "-quiet", "-verify_quiet", "-ign_eof"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var openssl = StartOrSkip(start);
        var errors = openssl.StandardError.ReadToEndAsync(Cancellation);
        var answer = openssl.StandardOutput.ReadToEndAsync(Cancellation);
        await WriteAsync(openssl.StandardInput, $"GET /reviews/0 HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n");

        // With TLS 1.3 the client has finished before the server looks for its certificate: the refusal comes after.
        Assert.Equal("", await answer.WaitAsync(Limit, Cancellation));
        await openssl.WaitForExitAsync(Cancellation).WaitAsync(Limit, Cancellation);
        Assert.True(openssl.ExitCode != 0, await errors);
    }

    [Fact]
    public async Task Edges_BetweenTheServices_AreMutualTls()
    {
        bookinfo.UseScenarioText("");
        await EdgesAreMutualTlsAsync();
    }

    [Fact]
    public async Task UpstreamRules_ThatDemandMutualTls_WorkUnmodified()
    {
        var rules = Path.Combine(Repository.RequireSharedData("bookinfo"), "networking", "destination-rule-all-mtls.yaml");
        bookinfo.UseScenarioText("");
        bookinfo.CopyIn(rules);
        bookinfo.Remove("destination-rules.yaml");
        try
        {
            await EdgesAreMutualTlsAsync();
        }
        finally
        {
            bookinfo.CopyIn(Path.Combine(BookinfoMesh.SampleConfig, "destination-rules.yaml"));
            bookinfo.Remove("destination-rule-all-mtls.yaml");
        }
    }

    private async Task EdgesAreMutualTlsAsync()
    {
        var seen = "";
        await Eventually.ReachesAsync(
            "a whole page with stars, by mutual TLS",
            async () =>
            {
                var html = await bookinfo.GetPageAsync();
                string?[] edges =
                [
                    await bookinfo.SecurityOfEdgeAsync("productpage", "details"),
                    await bookinfo.SecurityOfEdgeAsync("productpage", "reviews"),
                    await bookinfo.SecurityOfEdgeAsync("reviews", "ratings"),
                ];
                seen = $"edges: {string.Join(" | ", edges)}\n{html}";
                return edges.All(edge => edge == "mtls") && html.Contains("Book Details", StringComparison.Ordinal) && html.Contains("text-red-500", StringComparison.Ordinal);
            },
            () => seen,
            cancellationToken: Cancellation);
    }

    private static async Task<string> ReadToEndAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII);
        try
        {
            return await reader.ReadToEndAsync(Cancellation);
        }
        catch (IOException)
        {
            // Reset instead of closed: no answer, either.
            return "";
        }
    }

    private static async Task WriteAsync(StreamWriter input, string text)
    {
        try
        {
            await input.WriteAsync(text.AsMemory(), Cancellation);
            await input.FlushAsync(Cancellation);
        }
        catch (IOException)
        {
            // Refused before it could ask.
        }
    }

    private static Process StartOrSkip(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("There is no openssl here.");
            throw;
        }
    }
}
