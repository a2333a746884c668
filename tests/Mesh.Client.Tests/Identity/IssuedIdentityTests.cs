using Mesh.Client.Identity.Issuing;
using Mesh.Protocol.Spiffe;
using Mesh.Testing.Logging;
using Mesh.Testing.Spiffe;
using Mesh.Testing.Time;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Identity;

public sealed class IssuedIdentityTests : IAsyncDisposable
{
    private const string Id = "spiffe://cluster.local/ns/default/sa/reviews";

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly FakeTimeProvider _time = new();
    private readonly LogCollector _logs = new();
    private readonly SvidAuthority _root;
    private readonly FakeIssuer _issuer;
    private readonly IssuedIdentity _identity;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IssuedIdentityTests()
    {
        _root = new SvidAuthority(now: _time.GetUtcNow());
        _issuer = new FakeIssuer(_root.CreateIntermediate(), Id, _time);
        Assert.True(SpiffeId.TryParse(Id, out var id, out _));
        _identity = new IssuedIdentity(new IssuanceSettings(id, "reviews-abc", Day, WorkloadKeyType.EcdsaP256), _issuer, _time, new Random(1), _logs.CreateLogger<IssuedIdentity>());
        _identity.Changed += () =>
        {
            var changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.TrySetResult();
        };
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_AuthorityAnswers_GivesCertificateAndRoots()
    {
        Assert.Null(_identity.Current);
        Assert.Contains("no certificate yet", _identity.Problem, StringComparison.Ordinal);

        await EnrolAsync();

        var svid = _identity.Current!;
        Assert.Equal(Id, svid.Id.ToString());
        Assert.True(svid.Leaf.HasPrivateKey);
        Assert.Single(svid.Context.IntermediateCertificates);
        Assert.Null(_identity.Problem);
        Assert.Equal(_root.Certificate, Assert.Single(_identity.Bundles.Own!.Roots));
        Assert.DoesNotContain("PRIVATE", string.Concat(_issuer.SigningRequests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task C01_HalfOfLife_RenewsWithANewKey()
    {
        await EnrolAsync();
        var before = _identity.Current!;

        await AdvanceToAsync(Day * 0.48);
        Assert.Equal(1, _issuer.Asked);
        await ChangeAsync(() => Step(Day * 0.04));

        Assert.Equal(2, _issuer.Asked);
        Assert.NotEqual(before.Leaf.SerialNumber, _identity.Current!.Leaf.SerialNumber);
        Assert.NotEqual(before.Leaf.GetPublicKeyString(), _identity.Current!.Leaf.GetPublicKeyString());
    }

    [Fact]
    public async Task C01_LifetimeOfSeconds_RenewsInTime()
    {
        _issuer.Lifetime = TimeSpan.FromSeconds(4);
        await EnrolAsync();
        for (var round = 2; round < 12; round++)
        {
            await ChangeAsync(() => Step(TimeSpan.FromSeconds(2.05)));

            // Certificates know whole seconds only: a life may be a second shorter than asked for.
            Assert.InRange(_issuer.Asked, round, round * 2);
            Assert.NotNull(_identity.Current);
        }
    }

    [Fact]
    public async Task C02_AuthorityAway_KeepsTheCertificateAndRaisesTheAlarm()
    {
        _logs.Expect("RenewalLate").Expect("RenewalUrgent").Expect("CertificateExpired");
        await EnrolAsync();
        _issuer.Failure = new InvalidOperationException("the authority is away");

        await AdvanceToAsync(Day * 0.55);
        Assert.NotNull(_identity.Current);
        Assert.Equal(["RenewalLate"], Alarms());
        await AdvanceToAsync(Day * 0.30);
        Assert.Equal(["RenewalLate", "RenewalLate"], Alarms());
        await AdvanceToAsync(Day * 0.10);
        Assert.Equal(["RenewalLate", "RenewalLate", "RenewalUrgent"], Alarms());
        Assert.NotNull(_identity.Current);

        // Every minute at most: an authority that comes back is found soon.
        Assert.InRange(_issuer.Asked, 600, 1_500);
    }

    [Fact]
    public async Task C03_AuthorityAwayTillTheEnd_HasNoCertificateAndSaysWhy()
    {
        _logs.Expect("RenewalLate").Expect("RenewalUrgent").Expect("CertificateExpired");
        await EnrolAsync();
        _issuer.Failure = new InvalidOperationException("the authority is away");

        await AdvanceToAsync(Day * 1.01);

        Assert.Null(_identity.Current);
        Assert.True(_identity.IsConfigured);
        Assert.Contains("has expired at 2030-01-02 00:00:00Z, because it could not be renewed: the authority is away", _identity.Problem, StringComparison.Ordinal);
        Assert.Equal("CertificateExpired", Alarms()[^1]);

        _issuer.Failure = null;
        await ChangeAsync(() => Step(TimeSpan.FromMinutes(2)));
        Assert.NotNull(_identity.Current);
    }

    [Fact]
    public async Task C06_SleepOf26Hours_RenewsAtTheFirstLookAtTheClock()
    {
        await EnrolAsync();

        // The machine slept: what is due by the wall clock is done at the next look, not a whole half of life later.
        await ChangeAsync(() => _time.Advance(TimeSpan.FromHours(26)));

        Assert.InRange(_issuer.Asked, 2, 3);
        Assert.NotNull(_identity.Current);
    }

    [Fact]
    public async Task C06_CertificateOfTheFuture_IsNotTakenUntilItsTime()
    {
        _logs.Expect("NotEnrolled");
        _issuer.Template = template => template.Backdated = TimeSpan.FromMinutes(-5);
        _identity.Start();
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(2), Cancel);
        Assert.Contains(SvidReasons.NotYetValid, _identity.Problem, StringComparison.Ordinal);

        _issuer.Template = null;
        await ChangeAsync(() => Step(TimeSpan.FromMinutes(2)));
        Assert.NotNull(_identity.Current);
    }

    [Theory]
    [InlineData("another key")]
    [InlineData("another identity")]
    [InlineData("another trust domain")]
    [InlineData("half a file")]
    [InlineData("nothing")]
    [InlineData("no chain")]
    [InlineData("expired")]
    public async Task C07_BadAnswer_KeepsThePreviousAndRaisesTheAlarm(string kind)
    {
        _logs.Expect("RenewalLate");
        await EnrolAsync();
        var before = _identity.Current;
        var bundles = _identity.Bundles;
        Spoil(kind);

        await AdvanceToAsync(Day * 0.52);

        Assert.InRange(_issuer.Asked, 2, 1_000);
        Assert.Same(before, _identity.Current);
        Assert.Same(bundles, _identity.Bundles);
        Assert.Equal(["RenewalLate"], Alarms());
    }

    [Fact]
    public async Task C04_OtherRootFirst_RenewsAtOnceWithoutAMomentWithoutTrust()
    {
        await EnrolAsync();
        using var next = new SvidAuthority("next root", _time.GetUtcNow());

        // Step 1, add: nothing else changes.
        _identity.Trust([Bundle(_root, next)]);
        Assert.Equal(2, _identity.Bundles.Own!.Roots.Length);
        Assert.Equal(1, _issuer.Asked);

        // Step 2, reissue: the new root is the first.
        _issuer.Authority = next.CreateIntermediate();
        _identity.Trust([Bundle(next, _root)]);
        await ChangeAsync(HurryAsync);
        Assert.Equal(2, _issuer.Asked);
        Assert.True(SvidVerifier.Verify(_identity.Current!.Leaf, [.. _identity.Current.Context.IntermediateCertificates], new TrustBundles("cluster.local", [Bundle(next)]), SvidUsage.Client, _time.GetUtcNow()).IsAccepted);

        // Step 3, drop.
        _identity.Trust([Bundle(next)]);
        Assert.Equal(next.Certificate, Assert.Single(_identity.Bundles.Own!.Roots));
        Assert.NotNull(_identity.Current);
        await AdvanceToAsync(TimeSpan.FromHours(1));
        Assert.Equal(2, _issuer.Asked);
    }

    [Fact]
    public async Task C04_RootFirstThatDoesNotIssue_IsAskedForOnce()
    {
        await EnrolAsync();
        using var next = new SvidAuthority("next root", _time.GetUtcNow());

        _identity.Trust([Bundle(next, _root)]);
        await ChangeAsync(HurryAsync);
        await AdvanceToAsync(TimeSpan.FromHours(2));

        Assert.Equal(2, _issuer.Asked);
        Assert.Equal(2, _identity.Bundles.Own!.Roots.Length);
    }

    [Fact]
    public async Task Trust_WithoutOwnTrustDomain_KeepsTheLastGoodRoots()
    {
        await EnrolAsync();
        var before = _identity.Bundles;

        _identity.Trust([new TrustBundle("other.example", [_root.Certificate], [])]);
        _identity.Trust([]);

        Assert.Same(before, _identity.Bundles);
    }

    [Fact]
    public async Task Trust_BundleWithoutAName_IsOfTheOwnTrustDomain()
    {
        await EnrolAsync();
        using var next = new SvidAuthority("next root", _time.GetUtcNow());

        _identity.Trust([new TrustBundle("", [_root.Certificate, next.Certificate], [])]);

        Assert.Equal(2, _identity.Bundles.Own!.Roots.Length);
    }

    public async ValueTask DisposeAsync()
    {
        await _identity.DisposeAsync();
        _root.Dispose();
        _logs.VerifyNoUnexpected();
    }

    private static TrustBundle Bundle(params SvidAuthority[] roots) => new("cluster.local", [.. roots.Select(root => root.Certificate)], []);

    private void Spoil(string kind)
    {
        switch (kind)
        {
            case "another key":
                using (var key = new WorkloadKey(WorkloadKeyType.EcdsaP256))
                {
                    var other = FakeIssuer.Sign(_issuer.Authority, Id, key.CreateSigningRequest(Id), _time.GetUtcNow(), Day * 2);
                    _issuer.Change = _ => other;
                }

                break;
            case "another identity":
                _issuer.Id = "spiffe://cluster.local/ns/default/sa/ratings";
                break;
            case "another trust domain":
                _issuer.Id = "spiffe://other.example/ns/default/sa/reviews";
                break;
            case "half a file":
                _issuer.Change = chain => [chain[0][..(chain[0].Length / 2)]];
                break;
            case "no chain":
                _issuer.Change = chain => [chain[0]];
                break;
            case "expired":
                _issuer.Template = template => (template.Backdated, template.Lifetime) = (TimeSpan.FromHours(2), TimeSpan.FromHours(-1));
                break;
            default:
                _issuer.Change = _ => [];
                break;
        }
    }

    private string[] Alarms() => [.. _logs.Entries.Where(entry => entry.Level >= LogLevel.Warning).Select(entry => entry.EventName ?? "")];

    private async Task EnrolAsync()
    {
        var changed = _changed.Task;
        _identity.Start();
        await changed.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancel);
        await IdleAsync();
    }

    private async Task ChangeAsync(Func<Task> act)
    {
        var changed = _changed.Task;
        await act();
        await changed.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancel);
        await IdleAsync();
    }

    private Task ChangeAsync(Action act) => ChangeAsync(() =>
    {
        act();
        return Task.CompletedTask;
    });

    /// <summary>The wait that was under way makes room for a short one first: a clock that moves in between would never reach its end.</summary>
    private async Task HurryAsync()
    {
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(5), Cancel);
        await Step(TimeSpan.FromSeconds(6));
    }

    private Task Step(TimeSpan span) => AdvanceToAsync(span);

    /// <summary>Lets the time pass in steps in which the identity comes to look at the clock.</summary>
    private async Task AdvanceToAsync(TimeSpan span)
    {
        var target = _time.GetUtcNow() + span;
        while (_time.GetUtcNow() < target)
        {
            await IdleAsync();
            var left = target - _time.GetUtcNow();
            _time.Advance(left < TimeSpan.FromMinutes(1) ? left : TimeSpan.FromMinutes(1));
        }

        await IdleAsync();
    }

    private Task IdleAsync() => _time.WaitForTimerAsync(TimeSpan.FromMinutes(1), Cancel);
}
