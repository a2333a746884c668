using System.Text;
using Mesh.ControlPlane.Stores;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Keys;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Storage;
using Mesh.Testing.Logging;
using Mesh.Testing.Time;
using Microsoft.Extensions.Logging;

namespace Mesh.ControlPlane.Tests.Keys;

public sealed class KeyRefresherTests : IAsyncDisposable
{
    private const string First = """{"keys":[{"kid":"1"}]}""";
    private const string Second = """{"keys":[{"kid":"2"}]}""";

    private static readonly KeyLocation Location = new("https://i/keys", IsDiscovery: false);

    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedFetcher _fetcher = new() { Answer = _ => Task.FromResult(FetchedKeys.Of(First)) };
    private readonly LogCollector _logs = new();
    private readonly MemoryState _state = new();
    private readonly MemoryConfigStore _store;
    private readonly KeyRefresher _keys;

    public KeyRefresherTests()
    {
        _store = new MemoryConfigStore(_time);
        _store.Apply(Rule("jwksUri: 'https://i/keys'"));
        _keys = Open(_fetcher);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _keys.DisposeAsync();

    [Fact]
    public async Task S82_RestartWhileTheIssuerIsDown_HasTheKeysOfBefore()
    {
        _logs.Expect("KeysUnavailable");
        await SettleAsync(First);
        var down = new ScriptedFetcher { Answer = _ => Task.FromResult(FetchedKeys.Failed("down")) };

        await using var restarted = Open(down);

        await restarted.Settled.WaitAsync(Token);
        Assert.Equal(First, restarted.Current.Of(Location));
        Assert.NotEmpty(_state.Read("jwks.json")!);
    }

    [Fact]
    public async Task S82_RestartLongAfter_HasNoKeysOfBefore()
    {
        _logs.Expect("KeysUnavailable");
        await SettleAsync(First);
        Archive().Write([new KeptKeySet(Location.Uri, false, First, _time.GetUtcNow().AddHours(-25))]);
        var down = new ScriptedFetcher { Answer = _ => Task.FromResult(FetchedKeys.Failed("down")) };

        await using var restarted = Open(down);

        await restarted.Settled.WaitAsync(Token);
        Assert.Null(restarted.Current.Of(Location));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"sets":[{"uri":"https://i/keys","isDiscovery":false,"keys":"no keys","fetchedAt":"2000-01-01T00:00:00+00:00"}]}""")]
    public async Task Archive_ThatIsDamaged_IsNotBelievedAndTheIssuerIsAsked(string text)
    {
        _logs.Expect("KeyArchiveUnread");
        await SettleAsync(First);
        _state.Write("jwks.json", Encoding.UTF8.GetBytes(text));
        var answering = new ScriptedFetcher { Answer = _ => Task.FromResult(FetchedKeys.Of(Second)) };

        await using var restarted = Open(answering);

        await restarted.Settled.WaitAsync(Token);
        Assert.Equal(Second, restarted.Current.Of(Location));
    }

    [Fact]
    public async Task Refresh_LocationOfARule_IsAskedAtOnce()
    {
        await UntilAsync(First);

        await _keys.Settled.WaitAsync(Token);
        Assert.Equal((Location, TimeSpan.FromSeconds(5)), Assert.Single(_fetcher.Asked));
    }

    [Fact]
    public async Task Refresh_OneLocationInManyRules_IsAskedOnceWithTheLongestTimeout()
    {
        await UntilAsync(First);
        _store.Apply(Rule("jwksUri: 'https://i/keys', timeout: 9s", "b") + "---\n" + Rule("jwksUri: 'https://j/keys', timeout: 7s", "c"));
        await UntilAsync(() => _keys.Current.Sets.Count == 2);

        Assert.Equal([(Location.Uri, 5.0), ("https://j/keys", 7.0)], _fetcher.Asked.Select(asked => (asked.Location.Uri, asked.Timeout.TotalSeconds)));
    }

    [Fact]
    public async Task Refresh_RuleWithoutKeys_AsksTheIssuer()
    {
        _store.Apply(Rule("issuer: 'https://issuer/realm'", "b", issuer: false));

        await UntilAsync(() => _fetcher.Asked.Any(asked => asked.Location == new KeyLocation("https://issuer/realm/.well-known/openid-configuration", IsDiscovery: true)));
    }

    [Fact]
    public async Task Refresh_InlineKeys_AskNobody()
    {
        _store.Apply(Rule("""jwks: '{"keys":[]}'""", "a"));

        await UntilAsync(() => _keys.Current.Sets.IsEmpty);
    }

    [Fact]
    public async Task Refresh_IntervalPassed_BringsNewKeys()
    {
        await SettleAsync(First);
        _fetcher.Answer = _ => Task.FromResult(FetchedKeys.Of(Second));

        _time.Advance(TimeSpan.FromMinutes(20));

        await UntilAsync(Second);
    }

    [Fact]
    public async Task Refresh_IssuerFailsLater_KeepsTheLastGoodKeysAndTriesSooner()
    {
        await SettleAsync(First);
        Fail();
        _time.Advance(TimeSpan.FromMinutes(20));
        await UntilAsync(() => _fetcher.Asked.Count == 2);
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(1), Token);

        Assert.Equal(First, _keys.Current.Of(Location));
        _fetcher.Answer = _ => Task.FromResult(FetchedKeys.Of(Second));
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(Second);
    }

    [Fact]
    public async Task S82_IssuerFailsAtFirst_HasNoKeys()
    {
        Fail();
        _store.Apply(Rule("jwksUri: 'https://j/keys'", "a"));
        await UntilAsync(() => _fetcher.Asked.Any(asked => asked.Location.Uri == "https://j/keys"));
        await _keys.Settled.WaitAsync(Token);

        Assert.Null(_keys.Current.Of(new KeyLocation("https://j/keys", false)));
    }

    [Fact]
    public async Task S82_IssuerFailsForTooLong_LosesItsKeys()
    {
        _logs.Expect("KeysExpired");
        await SettleAsync(First);
        Fail();
        for (var hours = 0; hours < 25 && _keys.Current.Of(Location) is not null; hours++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await _time.WaitForTimerAsync(TimeSpan.FromMinutes(5), Token);
        }

        await UntilAsync(() => _keys.Current.Of(Location) is null);
        Assert.Contains(_logs.Entries, entry => entry.Message.Contains("every token of their issuer is refused", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task S83_FloodOfUnknownKeys_IsOneRefreshInFiveMinutes()
    {
        await SettleAsync(First);
        for (var number = 0; number < 1_000; number++)
        {
            _keys.RefreshSoon(Location);
        }

        await UntilAsync(() => _fetcher.Asked.Count == 2);
        await _time.WaitForTimerAsync(TimeSpan.FromMinutes(20), Token);
        _keys.RefreshSoon(Location);
        _time.Advance(TimeSpan.FromMinutes(4));
        await _time.WaitForTimerAsync(TimeSpan.FromMinutes(20), Token);
        Assert.Equal(2, _fetcher.Asked.Count);

        _time.Advance(TimeSpan.FromMinutes(1));
        _keys.RefreshSoon(Location);
        await UntilAsync(() => _fetcher.Asked.Count == 3);
    }

    [Fact]
    public async Task S83_UnknownLocation_IsNotAsked()
    {
        await SettleAsync(First);

        _keys.RefreshSoon(new KeyLocation("http://169.254.169.254/", false));
        _store.Apply(Rule("jwksUri: 'https://j/keys'", "b"));
        await UntilAsync(() => _keys.Current.Sets.Count == 2);

        Assert.DoesNotContain(_fetcher.Asked, asked => asked.Location.Uri.Contains("169.254", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refresh_RuleGone_ForgetsItsKeys()
    {
        await UntilAsync(First);

        _store.Delete(Assert.Single(_store.Current.Resources.Keys));

        await UntilAsync(() => _keys.Current.Sets.IsEmpty);
    }

    [Fact]
    public async Task Refresh_NewKeys_AreANewState()
    {
        await SettleAsync(First);
        using var workloads = new WorkloadRegistry(new WorkloadLimits(), _time, new LoggerFactory([_logs]).CreateLogger<WorkloadRegistry>());
        using var registry = new ServiceRegistry(_store, workloads, new RegistryBuilder("cluster.local"));
        using var source = new MeshStateSource(registry, _keys);
        var version = source.Current.Version;
        _fetcher.Answer = _ => Task.FromResult(FetchedKeys.Of(Second));

        _time.Advance(TimeSpan.FromMinutes(20));

        Assert.Equal(Second, (await source.WaitForNewerThanAsync(version, Token)).Keys.Of(Location));
    }

    private KeyRefresher Open(IKeyFetcher fetcher) =>
        new(_store, fetcher, Archive(), new KeyOptions(), _time, new LoggerFactory([_logs]).CreateLogger<KeyRefresher>());

    private KeyArchive Archive() => new(_state, new LoggerFactory([_logs]).CreateLogger<KeyArchive>());

    private static string Rule(string rule, string name = "a", bool issuer = true) =>
        $"apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {{name: {name}}}\nspec: {{jwtRules: [{{{(issuer ? "issuer: i, " : "")}{rule}}}]}}\n";

    private void Fail()
    {
        _logs.Expect("KeysUnavailable");
        _fetcher.Answer = _ => Task.FromResult(FetchedKeys.Failed("down"));
    }

    private async Task SettleAsync(string expected)
    {
        await UntilAsync(expected);
        await _time.WaitForTimerAsync(TimeSpan.FromMinutes(20), Token);
    }

    private Task UntilAsync(string expected) => UntilAsync(() => _keys.Current.Of(Location) == expected);

    private async Task UntilAsync(Func<bool> condition)
    {
        var holds = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _keys.Changed += Look;
        _fetcher.WasAsked += Look;
        Look();
        await holds.Task.WaitAsync(Token);
        _keys.Changed -= Look;
        _fetcher.WasAsked -= Look;

        void Look()
        {
            if (condition())
            {
                holds.TrySetResult();
            }
        }
    }
}
