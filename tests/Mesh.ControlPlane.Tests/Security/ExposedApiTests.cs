using System.Net;
using System.Net.Http.Headers;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Tests.Hosting;

namespace Mesh.ControlPlane.Tests.Security;

/// <summary>The HTTP API on addresses that others reach: TLS with the authority's certificate, and tokens, without being told to.</summary>
public sealed class ExposedApiTests
{
    private const string Page = "/debug/syncz";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Api_OnAnAddressOfTheNetwork_IsServedOverTlsToTokensAlone()
    {
        await using var mesh = await StartAsync();
        mesh.Logs.Expect("ApiRefused");
        var token = mesh.State.Security.Tokens.CreateApi("operator", [new RoleGrant(Role.Viewer, null)], TimeSpan.FromHours(1)).Text;
        using var client = new HttpClient(WorkloadChannel.Handler(mesh)) { BaseAddress = Address(mesh, "https") };

        using var stranger = await client.GetAsync(Page, Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, Page) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var known = await client.SendAsync(request, Cancellation);

        Assert.Equal("https", mesh.HttpAddress.Scheme);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
    }

    [Fact]
    public async Task Api_OnAnAddressOfTheNetwork_AnswersNothingInPlaintext()
    {
        await using var mesh = await StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Address(mesh, "http") };

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync("/healthz", Cancellation));
    }

    [Fact]
    public async Task Api_OverTls_IsNotBelievedByWhoGoesByOtherRoots()
    {
        await using var mesh = await StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Address(mesh, "https") };

        var failure = await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync("/healthz", Cancellation));

        Assert.IsType<System.Security.Authentication.AuthenticationException>(failure.InnerException);
    }

    private static Task<RunningControlPlane> StartAsync() => RunningControlPlane.StartAsync(configure: options => options.Address = "0.0.0.0");

    /// <summary>This machine as others see it, where it has a network.</summary>
    private static Uri Address(RunningControlPlane mesh, string scheme)
    {
        var own = NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        return new UriBuilder(scheme, (own ?? IPAddress.Loopback).ToString(), mesh.HttpAddress.Port).Uri;
    }
}
