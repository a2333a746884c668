using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Access.Tokens;
using Mesh.ControlPlane.Tests.Authority;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Tests.Access;

/// <summary>What a token is good for, and until when.</summary>
public sealed class TokenStoreTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void VerifyIdentity_OfAGoodToken_IsItsIdentity()
    {
        using var bed = new AuthorityBed();

        var token = bed.Tokens.VerifyIdentity(bed.Tokens.CreateIdentity(AuthorityBed.Id(), Hour, node: "n1").Text);

        Assert.Equal(AuthorityBed.Id(), token!.Id);
        Assert.Equal(bed.Now + Hour, token.ExpiresAt);
        Assert.Equal("n1", token.Node);
    }

    [Fact]
    public void VerifyApi_OfAGoodToken_IsItsRoles()
    {
        using var bed = new AuthorityBed();
        var text = bed.Tokens.CreateApi("ci", [new RoleGrant(Role.Operator, "default"), new RoleGrant(Role.Viewer, null)], Hour).Text;
        bed.Reopen();

        var token = bed.Tokens.VerifyApi(text);

        Assert.Equal("ci", token!.Name);
        Assert.Equal([new RoleGrant(Role.Operator, "default"), new RoleGrant(Role.Viewer, null)], token.Grants);
    }

    [Fact]
    public void Verify_OfAnotherKind_IsRefused()
    {
        using var bed = new AuthorityBed();

        Assert.Null(bed.Tokens.VerifyApi(bed.Tokens.CreateIdentity(AuthorityBed.Id(), Hour).Text));
        Assert.Null(bed.Tokens.VerifyIdentity(bed.Tokens.CreateApi("ci", [new RoleGrant(Role.Admin, null)], Hour).Text));
    }

    [Fact]
    public void S30_WrongSecretUnknownIdAndGarbage_AreRefused()
    {
        using var bed = new AuthorityBed();
        var text = bed.Tokens.CreateIdentity(AuthorityBed.Id(), Hour).Text;
        var parts = text.Split('.');
        var flipped = (parts[1][0] == 'A' ? 'B' : 'A') + parts[1][1..];

        Assert.All(
            new[] { $"{parts[0]}.{flipped}.{parts[2]}", $"mesh_unknown.{parts[1]}.{parts[2]}", parts[0], "mesh_..", "mesh_", "", $"{parts[0]}.{parts[1]} .x", text + new string('x', 3000) },
            bad => Assert.Null(bed.Tokens.VerifyIdentity(bad)));
    }

    [Fact]
    public void S30_ExpiredToken_IsRefused()
    {
        using var bed = new AuthorityBed();
        var token = bed.Tokens.CreateIdentity(AuthorityBed.Id(), Hour);

        bed.Time.Advance(Hour);

        Assert.Null(bed.Tokens.VerifyIdentity(token.Text));
        Assert.False(bed.Tokens.TryConsume(token.Record.Id));
        Assert.Single(bed.Tokens.List());
        bed.Time.Advance(TokenStore.ListedAfterExpiry);
        bed.Tokens.CreateIdentity(AuthorityBed.Id(), Hour);
        Assert.Single(bed.Tokens.List());
    }

    [Fact]
    public void S30_RevokedToken_IsRefused()
    {
        using var bed = new AuthorityBed();
        var token = bed.Tokens.CreateIdentity(AuthorityBed.Id(), Hour);
        var raised = 0;
        bed.Tokens.Changed += () => raised++;

        Assert.True(bed.Tokens.Revoke(token.Record.Id));

        Assert.Null(bed.Tokens.VerifyIdentity(token.Text));
        Assert.False(bed.Tokens.IsGood(token.Record.Id));
        Assert.False(bed.Tokens.Revoke(token.Record.Id));
        Assert.Equal(1, raised);
        bed.Reopen();
        Assert.Null(bed.Tokens.VerifyIdentity(token.Text));
    }

    [Fact]
    public async Task S30_JoinToken_IsGoodForOneOfManyAtOnce()
    {
        using var bed = new AuthorityBed();
        var token = bed.Tokens.CreateIdentity(AuthorityBed.Id(), Hour, once: true);
        Assert.True(bed.Tokens.VerifyIdentity(token.Text)!.IsOnce);
        Assert.NotNull(bed.Tokens.VerifyIdentity(token.Text));

        var wins = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => bed.Tokens.TryConsume(token.Record.Id), TestContext.Current.CancellationToken)));

        Assert.Single(wins, won => won);
        Assert.Null(bed.Tokens.VerifyIdentity(token.Text));
        bed.Reopen();
        Assert.Null(bed.Tokens.VerifyIdentity(token.Text));
    }

    [Fact]
    public void Secret_Always_IsShownOnceAndStoredHashed()
    {
        using var bed = new AuthorityBed();

        var token = bed.Tokens.CreateIdentity(AuthorityBed.Id(), Hour);

        Assert.True(TokenText.TryParse(token.Text, out var text));
        Assert.Equal(43, text.Secret.Length);
        Assert.All(Directory.GetFiles(bed.Folder), file => Assert.DoesNotContain(text.Secret, ReadShared(file), StringComparison.Ordinal));
        Assert.DoesNotContain(bed.Logs.Entries, entry => entry.Message.Contains(text.Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(text.Secret, text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Create_BeyondTheLimits_IsRefused()
    {
        using var bed = new AuthorityBed();

        Assert.Throws<TokenException>(() => bed.Tokens.CreateIdentity(AuthorityBed.Id(), TimeSpan.Zero));
        Assert.Throws<TokenException>(() => bed.Tokens.CreateIdentity(AuthorityBed.Id(), TimeSpan.FromDays(400)));
        Assert.Throws<TokenException>(() => bed.Tokens.CreateApi("ci", [], Hour));
        Assert.Throws<TokenException>(() => bed.Tokens.CreateApi("", [new RoleGrant(Role.Admin, null)], Hour));
        Assert.True(SpiffeId.TryParse("spiffe://cluster.local/other/form", out var other, out _));
        Assert.Throws<TokenException>(() => bed.Tokens.CreateIdentity(other, Hour));
    }

    [Fact]
    public void Create_WhenThereAreTooMany_IsRefusedUntilOneGoes()
    {
        using var bed = new AuthorityBed();
        var state = new Mesh.ControlPlane.Storage.MemoryState();
        var tokens = new TokenStore(state, () => [], bed.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<TokenStore>.Instance, limit: 2);
        var first = tokens.CreateIdentity(AuthorityBed.Id(), Hour);
        tokens.CreateIdentity(AuthorityBed.Id(), Hour);

        Assert.Contains("limit", Assert.Throws<TokenException>(() => tokens.CreateIdentity(AuthorityBed.Id(), Hour)).Message, StringComparison.Ordinal);

        tokens.Revoke(first.Record.Id);
        tokens.CreateIdentity(AuthorityBed.Id(), Hour);
    }

    private static string ReadShared(string file)
    {
        // The lock is held by this very process.
        if (Path.GetFileName(file) == "lock")
        {
            return "";
        }

        return File.ReadAllText(file);
    }
}
