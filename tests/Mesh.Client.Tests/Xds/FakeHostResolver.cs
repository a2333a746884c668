using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Mesh.Client.Xds.Resolution;

namespace Mesh.Client.Tests.Xds;

/// <summary>Answers what a test has put in; a name without an answer fails.</summary>
internal sealed class FakeHostResolver : IHostResolver
{
    private readonly ConcurrentDictionary<string, string[]> _answers = new(StringComparer.Ordinal);

    /// <summary>Every look-up in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public void Set(string host, params string[] addresses) => _answers[host] = addresses;

    public void Fail(string host) => _answers.TryRemove(host, out _);

    public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        Asked.Enqueue(host);
        return _answers.TryGetValue(host, out var addresses)
            ? Task.FromResult<IReadOnlyList<IPAddress>>([.. addresses.Select(IPAddress.Parse)])
            : Task.FromException<IReadOnlyList<IPAddress>>(new SocketException((int)SocketError.HostNotFound));
    }
}
