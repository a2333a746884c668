using Mesh.Client.Identity;
using Mesh.Client.Transport.Tls;
using Mesh.Testing.Spiffe;
using Mesh.Testing.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Client.Tests.Transport.Tls;

/// <summary>How long calls wait for the identity of their process.</summary>
public sealed class TlsClientsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 20_000)]
    public async Task C03_IdentityStaysAway_OnlyTheFirstCallsWaitForIt()
    {
        var identity = new FakeIdentity(new SvidAuthority());
        var clients = new TlsClients(new TlsSources(new CertificateProviders(), new TlsSecrets(), identity), Patience, _time, NullLogger<TlsClients>.Instance);

        var first = clients.WaitForIdentityAsync(Cancellation);
        _time.Advance(Patience / 2);
        var second = clients.WaitForIdentityAsync(Cancellation);
        Assert.False(first.IsCompleted || second.IsCompleted);
        _time.Advance(Patience / 2);
        await Assert.ThrowsAsync<CertificateUnavailableException>(() => first);
        await Assert.ThrowsAsync<CertificateUnavailableException>(() => second);

        await Assert.ThrowsAsync<CertificateUnavailableException>(() => clients.WaitForIdentityAsync(Cancellation));

        // It comes, and is lost again: that is another wait.
        identity.Rotate();
        await clients.WaitForIdentityAsync(Cancellation);
        identity.Rotate(lifetime: TimeSpan.FromSeconds(-1));
        var again = clients.WaitForIdentityAsync(Cancellation);
        Assert.False(again.IsCompleted);
        identity.Rotate();
        await again;
    }
}
