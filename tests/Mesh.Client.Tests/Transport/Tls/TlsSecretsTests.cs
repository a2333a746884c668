using System.Collections.Frozen;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Mesh.Client.Transport.Tls;
using Mesh.Testing.Time;

namespace Mesh.Client.Tests.Transport.Tls;

public sealed class TlsSecretsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TlsSecrets _secrets = new();
    private readonly FakeTimeProvider _time = new();

    [Fact(Timeout = 20_000)]
    public async Task WaitAsync_UntilTheLastSecretIsAnsweredFor_Waits()
    {
        var waiting = _secrets.WaitAsync(["own", "roots"], Patience, _time, TestContext.Current.CancellationToken);
        Publish(("own", new DeliveredSecret(new TlsSecret("chain", "key", null), null)));
        Assert.False(waiting.IsCompleted);

        Publish(("own", new DeliveredSecret(new TlsSecret("chain", "key", null), null)), ("roots", new DeliveredSecret(null, null)));

        await waiting;
    }

    [Fact(Timeout = 20_000)]
    public async Task WaitAsync_OfASilentControlPlane_EndsWithThePatience()
    {
        var waiting = _secrets.WaitAsync(["own"], Patience, _time, TestContext.Current.CancellationToken);

        _time.Advance(Patience);

        await waiting;
        Assert.Contains("not answered yet", Refusal("own"), StringComparison.Ordinal);
    }

    [Fact]
    public void Get_WithoutASecret_SaysWhatToDo()
    {
        Publish(("absent", new DeliveredSecret(null, null)), ("broken", new DeliveredSecret(null, "it is no PEM")), ("good", new DeliveredSecret(new TlsSecret("chain", "key", null), null)));

        Assert.Contains("Mesh:Identity", Refusal("absent"), StringComparison.Ordinal);
        Assert.Contains("it is no PEM", Refusal("broken"), StringComparison.Ordinal);
        Assert.Equal("chain", _secrets.Get("good").Certificates);
    }

    [Fact]
    public void Publish_NameThatNothingAsksForAnyMore_StaysKnownToCallsUnderWay()
    {
        Publish(("dropped", new DeliveredSecret(new TlsSecret("chain", "key", null), null)), ("taken", new DeliveredSecret(new TlsSecret("chain", "key", null), null)));

        Publish(("taken", new DeliveredSecret(null, null)));
        Assert.True(_secrets.IsAnswered("dropped"));
        Assert.Equal("chain", _secrets.Get("dropped").Certificates);
        Assert.Null(_secrets.Find("taken"));

        Publish(("other", new DeliveredSecret(null, null)));
        Assert.False(_secrets.IsAnswered("dropped"));
    }

    private string Refusal(string name) => Assert.Throws<CertificateUnavailableException>(() => _secrets.Get(name)).Message;

    private void Publish(params (string Name, DeliveredSecret Answer)[] answers) =>
        _secrets.Publish(answers.ToFrozenDictionary(answer => answer.Name, answer => answer.Answer, StringComparer.Ordinal));
}
