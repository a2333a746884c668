using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;
using Mesh.Testing.Spiffe;

namespace Mesh.Protocol.Tests.Spiffe;

public sealed class PinnedRootTests : IDisposable
{
    private const string Id = "spiffe://cluster.local/ns/istio-system/sa/istiod";

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly SvidAuthority _root = new();
    private readonly SvidAuthority _authority;
    private readonly X509Certificate2 _carrier;

    public PinnedRootTests() => (_authority, _carrier) = (_root.CreateIntermediate(), PinnedRoot.CreateCarrier(_root.Certificate));

    [Fact]
    public void Refuse_PathToThePinnedRoot_BelievesIt()
    {
        Assert.Null(PinnedRoot.Refuse(_authority.Issue(Id), [_authority.Certificate, _carrier], IsRoot, Now));
        Assert.Null(PinnedRoot.Refuse(_authority.Issue(Id), [_authority.Certificate, _root.Certificate], IsRoot, Now));
        Assert.Null(PinnedRoot.Refuse(_root.Issue(Id), [_carrier], IsRoot, Now));
    }

    [Fact]
    public void S30_RootOfAnother_IsRefused()
    {
        using var stranger = new SvidAuthority("stranger");
        using var namesake = new SvidAuthority();
        var theirs = namesake.CreateIntermediate();

        Assert.NotNull(PinnedRoot.Refuse(stranger.Issue(Id), [PinnedRoot.CreateCarrier(stranger.Certificate)], IsRoot, Now));
        Assert.NotNull(PinnedRoot.Refuse(theirs.Issue(Id), [theirs.Certificate, PinnedRoot.CreateCarrier(namesake.Certificate)], IsRoot, Now));

        // A pinned key that is only shown, and has signed nothing of the path.
        Assert.NotNull(PinnedRoot.Refuse(theirs.Issue(Id), [theirs.Certificate, _carrier], IsRoot, Now));
        Assert.NotNull(PinnedRoot.Refuse(theirs.Issue(Id), [_authority.Certificate, _carrier], IsRoot, Now));
        Assert.NotNull(PinnedRoot.Refuse(stranger.Issue(Id), [_carrier], IsRoot, Now));
        Assert.NotNull(PinnedRoot.Refuse(namesake.Issue(Id), [_carrier], IsRoot, Now));
        Assert.NotNull(PinnedRoot.Refuse(namesake.Issue(Id), [_root.Certificate], IsRoot, Now));
    }

    [Fact]
    public void S30_LeafThatPretendsToBeAnAuthority_IsRefused()
    {
        var workload = _authority.CreateIntermediate("a workload", template => template.IsAuthority = false);

        Assert.NotNull(PinnedRoot.Refuse(workload.Issue(Id), [workload.Certificate, _authority.Certificate, _carrier], IsRoot, Now));
    }

    [Fact]
    public void S30_ExpiredServerOrNone_IsRefused()
    {
        Assert.NotNull(PinnedRoot.Refuse(_authority.Issue(Id), [_authority.Certificate, _carrier], IsRoot, Now.AddHours(2)));
        Assert.NotNull(PinnedRoot.Refuse(null, [], IsRoot, Now));
        Assert.NotNull(PinnedRoot.Refuse(_root.Certificate, [], IsRoot, Now));
    }

    public void Dispose()
    {
        _carrier.Dispose();
        _authority.Dispose();
        _root.Dispose();
    }

    private bool IsRoot(X509Certificate2 candidate) =>
        candidate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(_root.Certificate.PublicKey.ExportSubjectPublicKeyInfo());
}
