using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Identity.Issuing;
using Mesh.Testing.Spiffe;

namespace Mesh.Client.Tests.Identity;

/// <summary>An authority without a wire: signs what it is asked for, or does what a test says.</summary>
internal sealed class FakeIssuer(SvidAuthority authority, string id, TimeProvider time) : ICertificateIssuer
{
    private int _asked;

    public int Asked => Volatile.Read(ref _asked);

    public SvidAuthority Authority { get; set; } = authority;

    public string Id { get; set; } = id;

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Thrown in place of an answer.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Changes the answer.</summary>
    public Func<IReadOnlyList<string>, IReadOnlyList<string>> Change { get; set; } = static chain => chain;

    public Action<SvidTemplate>? Template { get; set; }

    public List<string> SigningRequests { get; } = [];

    public Task<IReadOnlyList<string>> IssueAsync(string signingRequest, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        lock (SigningRequests)
        {
            SigningRequests.Add(signingRequest);
        }

        return Failure is { } failure
            ? Task.FromException<IReadOnlyList<string>>(failure)
            : Task.FromResult(Change(Sign(Authority, Id, signingRequest, time.GetUtcNow(), Lifetime, Template)));
    }

    public static IReadOnlyList<string> Sign(
        SvidAuthority authority, string id, string signingRequest, DateTimeOffset now, TimeSpan lifetime, Action<SvidTemplate>? change = null)
    {
        var request = CertificateRequest.LoadSigningRequestPem(signingRequest, HashAlgorithmName.SHA256);
        using var leaf = authority.Issue(id, template =>
        {
            template.PublicKey = request.PublicKey;
            template.Now = now;
            template.Lifetime = lifetime;
            change?.Invoke(template);
        });
        return [leaf.ExportCertificatePem(), .. authority.Intermediates.Select(intermediate => intermediate.ExportCertificatePem()), authority.RootPem];
    }
}
