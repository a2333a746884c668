using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using FsCheck;
using FsCheck.Fluent;
using Mesh.Protocol.Spiffe;
using Mesh.Testing;
using Mesh.Testing.Spiffe;

namespace Mesh.Protocol.Tests.Spiffe;

public sealed class SubjectAltNamesTests
{
    private const string Id = "spiffe://cluster.local/ns/default/sa/reviews";

    [Fact]
    public void Read_NamesOfAllKinds_GivesThoseThatAreKnown()
    {
        // otherName, email, DNS, URI, IPv4, registeredID.
        byte[] der =
        [
            0x30, 0x28, 0xA0, 0x07, 0x06, 0x02, 0x2A, 0x03, 0xA0, 0x01, 0x00,
            0x81, 0x03, .. "a@b"u8, 0x82, 0x05, .. "x.com"u8, 0x86, 0x07, .. "urn:a:b"u8, 0x87, 0x04, 10, 0, 0, 1, 0x88, 0x02, 0x2A, 0x03,
        ];
        var names = ImmutableArray.CreateBuilder<SubjectAltName>();

        Assert.Null(SubjectAltNames.Read(der.AsMemory(), names));
        Assert.Equal(
            [new(SubjectAltNameKind.Email, "a@b"), new(SubjectAltNameKind.Dns, "x.com"), new(SubjectAltNameKind.Uri, "urn:a:b"), new(SubjectAltNameKind.IpAddress, "10.0.0.1")],
            names);
    }

    [Theory]
    [InlineData("")]
    [InlineData("05 00")]
    [InlineData("30 03 86 05 61")]
    [InlineData("30 03 86 01 61 00")]
    [InlineData("30 80 86 01 61 00 00")]
    [InlineData("30 81 03 86 01 61")]
    [InlineData("30 05 A6 03 86 01 61")]
    [InlineData("30 03 16 01 61")]
    [InlineData("30 03 89 01 61")]
    [InlineData("30 05 87 03 0A 00 00")]
    [InlineData("30 03 86 01 E9")]
    [InlineData("30 03 82 01 00")]
    [InlineData("30 03 86 01 61 30 03 86 01 62")]
    public void S11_NamesAgainstTheEncodingRules_AreRefused(string hex) =>
        Assert.NotNull(SubjectAltNames.Read(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), ImmutableArray.CreateBuilder<SubjectAltName>()));

    [Fact]
    public void Read_AnyNames_GivesThemBack() =>
        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261121, 5), Prop.ForAll(Texts().ListOf().ToArbitrary(), static uris =>
        {
            var names = ImmutableArray.CreateBuilder<SubjectAltName>();
            return SubjectAltNames.Read(SvidAuthority.EncodeNames(uris), names) is null && names.Select(name => name.Value).SequenceEqual(uris);
        }));

    /// <summary>Bytes of all kinds: never an exception, and never a name with a character that another reader could stop at.</summary>
    [Fact]
    public void S11_AnyBytes_GiveAnErrorOrCleanNames() =>
        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(FuzzRuns.Or(5_000)).WithReplay(20261121, 7), Prop.ForAll(Encodings().ToArbitrary(), static der =>
        {
            var names = ImmutableArray.CreateBuilder<SubjectAltName>();
            return SubjectAltNames.Read(der, names) is not null || names.All(name => name.Value.All(character => character is >= ' ' and < '\x7f'));
        }));

    /// <summary>A certificate with any bits changed is nobody, or still who it was.</summary>
    [Fact]
    public void S11_MutatedCertificate_IsNeverSomebodyElse()
    {
        using var authority = new SvidAuthority();
        using var certificate = authority.Issue(Id);
        var bundles = new TrustBundles("cluster.local", [new TrustBundle("cluster.local", [authority.Certificate], [])]);
        var now = TimeProvider.System.GetUtcNow();

        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(FuzzRuns.Or(2_000)).WithReplay(20261121, 9), Prop.ForAll(Changes(certificate.RawData.Length).ToArbitrary(), changes =>
        {
            var der = certificate.RawData;
            foreach (var (at, by) in changes)
            {
                der[at] = by;
            }

            if (Load(der) is not { } mutated)
            {
                return true;
            }

            var verdict = SvidVerifier.Verify(mutated, [], bundles, SvidUsage.Client, now);
            return verdict.IsAccepted ? verdict.Id.ToString() == Id && der.AsSpan().SequenceEqual(certificate.RawData) : verdict.Reason.Length > 0;
        }));
    }

    /// <summary>The extension alone is changed and the authority signs that: what is accepted is exactly the one URI in it.</summary>
    [Fact]
    public void S11_SignedCertificateWithAnyNames_IsOnlyWhoItSays()
    {
        using var authority = new SvidAuthority();
        var bundles = new TrustBundles("cluster.local", [new TrustBundle("cluster.local", [authority.Certificate], [])]);
        var now = TimeProvider.System.GetUtcNow();

        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20261121, 11), Prop.ForAll(Encodings().ToArbitrary(), der =>
        {
            using var certificate = authority.Issue(null, template => template.SubjectAltName = der);
            var verdict = SvidVerifier.Verify(certificate, [], bundles, SvidUsage.Client, now);
            return !verdict.IsAccepted || der.AsSpan().SequenceEqual(SvidAuthority.EncodeNames([verdict.Id.ToString()]));
        }));
    }

    private static X509Certificate2? Load(byte[] der)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(der);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    private static Gen<string> Texts() =>
        Gen.Choose(0x20, 0x7e).Select(static code => (char)code).ListOf().Select(static characters => string.Concat(characters));

    private static Gen<byte[]> Encodings()
    {
        var noise = Gen.Choose(0, 255).Select(static value => (byte)value).ListOf().Select(static bytes => bytes.ToArray());
        var good = Gen.Elements(Id, "spiffe://cluster.local/a", "spiffe://other/a", "urn:x").ListOf().Select(static uris => SvidAuthority.EncodeNames(uris));
        var mutated = good.SelectMany(der => Changes(der.Length).Select(changes =>
        {
            var copy = der.ToArray();
            foreach (var (at, by) in changes)
            {
                copy[at] = by;
            }

            return copy;
        }));
        return Gen.OneOf(noise, good, mutated);
    }

    private static Gen<(int At, byte By)[]> Changes(int length) =>
        Gen.Choose(0, length - 1).Zip(Gen.Choose(0, 255)).Select(static change => (change.Item1, (byte)change.Item2))
            .ListOf().Select(static changes => changes.Take(3).ToArray());
}
