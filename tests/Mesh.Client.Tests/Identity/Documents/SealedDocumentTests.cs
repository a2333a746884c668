using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Mesh.Client.Identity.Documents;
using Mesh.Protocol.Spiffe;
using Mesh.Testing;
using Mesh.Testing.Peers;
using Mesh.Testing.Spiffe;

namespace Mesh.Client.Tests.Identity.Documents;

/// <summary>What a workload left on disk is believed only as it left it (security case S49).</summary>
public sealed class SealedDocumentTests : IDisposable
{
    private const string Kind = "mesh.snapshot.v1";
    private const string Alice = "spiffe://cluster.local/ns/default/sa/alice";

    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(7);
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("""{"routes":["reviews"]}""");

    private readonly SvidAuthority _root = new(now: Now);
    private readonly SvidAuthority _authority;

    public SealedDocumentTests() => _authority = _root.CreateIntermediate();

    public void Dispose()
    {
        _authority.Dispose();
        _root.Dispose();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2048)]
    public void S49_OwnDocument_IsReadAgain(int? rsaBits)
    {
        var opened = Open(Seal(_authority.Issue(Alice, template => template.RsaBits = rsaBits)));

        Assert.True(opened.IsAccepted, opened.Detail);
        Assert.Equal(Content, opened.Content);
        Assert.Equal(Now, opened.SealedAt);
    }

    [Fact]
    public void S49_DocumentOfACertificateThatHasEndedSince_IsReadAsLongAsItIsYoungEnough()
    {
        var document = Seal();

        Assert.True(Open(document, now: Now + MaxAge).IsAccepted);
        Assert.Equal(SealReasons.TooOld, Open(document, now: Now + MaxAge + TimeSpan.FromSeconds(1)).Reason);
        Assert.Equal(SealReasons.FromTheFuture, Open(document, now: Now - TimeSpan.FromMinutes(2)).Reason);
    }

    [Fact]
    public void S49_DocumentOfAnotherWorkload_IsRefused() =>
        Assert.Equal(SealReasons.Foreign, Open(Seal(_authority.Issue("spiffe://cluster.local/ns/default/sa/mallory"))).Reason);

    [Fact]
    public void S49_DocumentOfAnotherAuthority_IsRefused()
    {
        using var stranger = new SvidAuthority(now: Now);

        Assert.Equal(SvidReasons.Chain, Open(Seal(stranger.Issue(Alice))).Reason);
        Assert.Equal(SvidReasons.UnknownTrustDomain, Open(Seal(_authority.Issue("spiffe://elsewhere/ns/default/sa/alice"))).Reason);
    }

    [Fact]
    public void S49_DocumentOfAnotherKind_IsRefused() => Assert.Equal(SealReasons.OtherKind, Open(Seal(kind: "mesh.other.v1")).Reason);

    [Fact]
    public void S49_DocumentOfARevokedCertificate_IsRefused()
    {
        var leaf = _authority.Issue(Alice);

        Assert.Equal(SvidReasons.Revoked, Open(Seal(leaf), crl: _authority.CreateRevocationList(leaf)).Reason);
    }

    [Fact]
    public void S49_DocumentSealedOutsideTheLifeOfItsCertificate_IsRefused() =>
        Assert.Equal(SvidReasons.Expired, Open(Seal(sealedAt: Now.AddHours(2)), now: Now.AddHours(2)).Reason);

    [Fact]
    public void S49_UnsignedDocument_IsRefused()
    {
        var bare = new SignedCms(new ContentInfo(Content), detached: false);
        bare.ComputeSignature(new CmsSigner(SubjectIdentifierType.NoSignature) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1") });

        Assert.Equal(SealReasons.Malformed, Open(Content).Reason);
        Assert.Equal(SealReasons.Malformed, Open([]).Reason);
        Assert.Equal(SealReasons.Unsigned, Open(bare.Encode()).Reason);
    }

    [Fact]
    public void S49_SignatureWithoutAge_IsRefused()
    {
        var cms = new SignedCms(new ContentInfo(Content), detached: false);
        cms.ComputeSignature(new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, _authority.Issue(Alice)) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1") });

        Assert.Equal(SealReasons.Malformed, Open(cms.Encode()).Reason);
    }

    [Fact]
    public void S49_SecondSignatureAndBytesBehind_AreRefused()
    {
        var cms = new SignedCms();
        cms.Decode(Seal());
        cms.ComputeSignature(new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, _authority.Issue("spiffe://cluster.local/ns/default/sa/mallory")));

        Assert.Equal(SealReasons.Unsigned, Open(cms.Encode()).Reason);
        Assert.Equal(SealReasons.Malformed, Open([.. Seal(), 0]).Reason);
    }

    [Fact]
    public void S49_AnyByteChanged_IsNeverOtherContent()
    {
        var document = Seal();
        var changes = Gen.Choose(0, document.Length - 1).SelectMany(at => Gen.Choose(1, 255).Select(with => (at, with))).ToArbitrary();

        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(FuzzRuns.Or(1_000)).WithReplay(20261121, 49), Prop.ForAll(changes, change =>
        {
            var changed = (byte[])document.Clone();
            changed[change.at] ^= (byte)change.with;
            var opened = Open(changed);

            // Spellings of the envelope that mean the same may remain; another content never.
            return !opened.IsAccepted || (opened.Content.AsSpan().SequenceEqual(Content) && opened.SealedAt == Now);
        }));
    }

    [Fact]
    public async Task S49_OpenSsl_VerifiesTheSealAndRefusesAChangedOne()
    {
        Peer.OpenSsl.Require();
        var folder = Directory.CreateTempSubdirectory("mesh-sealed-");
        try
        {
            var document = Seal(sealedAt: TimeProvider.System.GetUtcNow(), authority: new SvidAuthority());
            Assert.Equal((0, Encoding.UTF8.GetString(Content)), await VerifyAsync(folder, document.Bytes, document.Root));

            document.Bytes[document.Bytes.AsSpan().IndexOf(Content)] ^= 1;
            Assert.NotEqual(0, (await VerifyAsync(folder, document.Bytes, document.Root)).Code);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(int Code, string Content)> VerifyAsync(DirectoryInfo folder, byte[] document, string root)
    {
        var (sealedFile, rootFile) = (Path.Combine(folder.FullName, "sealed.der"), Path.Combine(folder.FullName, "root.pem"));
        await File.WriteAllBytesAsync(sealedFile, document, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(rootFile, root, TestContext.Current.CancellationToken);
        using var openssl = Process.Start(new ProcessStartInfo("openssl", ["cms", "-verify", "-binary", "-inform", "DER", "-in", sealedFile, "-CAfile", rootFile, "-purpose", "any"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = openssl.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await openssl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await errors;
        await openssl.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (openssl.ExitCode, output);
    }

    private static (byte[] Bytes, string Root) Seal(DateTimeOffset sealedAt, SvidAuthority authority)
    {
        using (authority)
        {
            using var intermediate = authority.CreateIntermediate();
            return (SealedDocument.Seal(Content, Kind, intermediate.Issue(Alice), intermediate.Intermediates, sealedAt), authority.RootPem);
        }
    }

    private byte[] Seal(X509Certificate2? leaf = null, string kind = Kind, DateTimeOffset? sealedAt = null) =>
        SealedDocument.Seal(Content, kind, leaf ?? _authority.Issue(Alice), _authority.Intermediates, sealedAt ?? Now);

    private OpenedDocument Open(byte[] document, DateTimeOffset? now = null, string? crl = null)
    {
        Assert.True(SpiffeId.TryParse(Alice, out var owner, out _));
        var bundles = new TrustBundles("cluster.local", [TrustBundle.Parse("cluster.local", _root.RootPem, crl)]);
        return SealedDocument.Open(document, Kind, owner, bundles, MaxAge, now ?? Now);
    }
}
