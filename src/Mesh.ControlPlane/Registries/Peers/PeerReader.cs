using System.Globalization;
using System.Text.Json;
using Mesh.ControlPlane.Registries.Http;
using Mesh.ControlPlane.Registry.Exchange;
using Mesh.ControlPlane.Registry.Feeds;

namespace Mesh.ControlPlane.Registries.Peers;

/// <summary>Follows the services of another control plane, by a question that waits for news.</summary>
internal sealed class PeerReader(RegistryEndpoint endpoint, TimeProvider time) : IRegistryReader, IDisposable
{
    private const int MaxConnections = 2;

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    /// <summary>A peer whose services change all the time is asked no more often than this.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(50);

    private readonly RegistryHttp _http = new(endpoint, "Authorization", "Bearer ", MaxConnections, time);

    public async Task FollowAsync(RegistryFeed feed, CancellationToken cancellationToken)
    {
        string? tag = null;
        while (true)
        {
            var known = tag;
            using (var reply = await _http.GetAsync(SharedRegistry.Path, Wait + AnswerTime, request => Ask(request, known), cancellationToken))
            {
                if (reply is null)
                {
                    feed.Confirm();
                }
                else
                {
                    feed.Publish(Read(reply).ToAnswer());
                    tag = reply.Header("ETag");
                }
            }

            await Task.Delay(LeastPause, time, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private static void Ask(HttpRequestMessage request, string? tag)
    {
        if (tag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            request.Headers.TryAddWithoutValidation("Prefer", string.Create(CultureInfo.InvariantCulture, $"wait={Wait.TotalSeconds}"));
        }
    }

    private static SharedRegistry Read(RegistryReply reply) =>
        reply.Body.Deserialize<SharedRegistry>(SharedRegistry.Format) is { Kind: SharedRegistry.ExpectedKind, ApiVersion: SharedRegistry.ExpectedVersion } shared
            ? shared
            : throw new FormatException($"Expected a {SharedRegistry.ExpectedKind} of {SharedRegistry.ExpectedVersion}, got another document: is the address that of a control plane's HTTP port?");
}
