using Mesh.Client.Identity;
using Mesh.Client.Transport.Tls;
using Mesh.Client.Xds.Resources;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Tls;
using Mesh.Protocol.Xds;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Client.Tests.Xds;

/// <summary>Secrets that clusters name, from the control plane's answers to the handshakes.</summary>
public sealed class SecretAssemblerTests
{
    private readonly ResourceTables _tables = new(static () => [], removals: null, NullLogger.Instance);
    private readonly SecretAssembler _assembler;
    private readonly TlsSecrets _secrets = new();

    public SecretAssemblerTests() => _assembler = new SecretAssembler(_tables);

    [Fact]
    public void Update_NameThatIsAskedForAgain_IsNotAnsweredByWhatWasSaidBefore()
    {
        Ask("own");
        Answer("own", "old");
        Ask("own");
        Assert.Equal("old", _secrets.Get("own").Certificates);

        // It goes: calls under way have it still.
        Ask();
        Assert.Equal("old", _secrets.Get("own").Certificates);

        // It comes again, and may have been replaced meanwhile.
        Ask("own");
        Assert.False(_secrets.IsAnswered("own"));
        var refusal = Assert.Throws<CertificateUnavailableException>(() => _secrets.Get("own"));
        Assert.Contains("not answered yet", refusal.Message, StringComparison.Ordinal);

        Answer("own", "new");
        Ask("own");
        Assert.Equal("new", _secrets.Get("own").Certificates);
    }

    private void Ask(params string[] names)
    {
        _assembler.Update(names);
        _tables.Secrets.Need([.. names]);
        _secrets.Publish(_assembler.Current);
    }

    private void Answer(string name, string chain)
    {
        var secret = new Secret
        {
            Name = name,
            TlsCertificate = new TlsCertificate { CertificateChain = new DataSource { InlineString = chain }, PrivateKey = new DataSource { InlineString = "key" } },
        };
        Assert.Empty(_tables.Secrets.Apply(new AdsUpdate(XdsTypeUrl.Secret, "1", "1") { Resources = [new ResourceUpdate(name, "1", AdsResponse.Pack(secret))] }, default));
    }
}
