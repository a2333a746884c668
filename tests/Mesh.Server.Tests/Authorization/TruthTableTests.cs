using System.Net;
using Mesh.Client.Model.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static Mesh.Server.Tests.Authorization.Policies;

namespace Mesh.Server.Tests.Authorization;

/// <summary>The order of CUSTOM, DENY and ALLOW, every combination of them, enforced and in dry run.</summary>
public sealed class TruthTableTests
{
    /// <summary>Whether there are policies of an action, and what becomes of the request by them.</summary>
    public enum State
    {
        None,
        Matches,
        MatchesNot,

        /// <summary>Dry run, and a match.</summary>
        Trial,
    }

    private static readonly State[] States = Enum.GetValues<State>();

    [Fact]
    public async Task S60_EveryCombination_IsDecidedInTheOrderOfIstio()
    {
        await using var authorizer = await AuthorizationRig.StartAsync(static app =>
        {
            app.MapFallback("/yes/{**rest}", () => "");
            app.MapFallback("/no/{**rest}", () => Results.StatusCode(StatusCodes.Status403Forbidden));
        });
        await using var rig = await AuthorizationRig.StartAsync(static app => app.MapGet("/", () => "app"));
        var rows = 0;
        foreach (var custom in States)
        {
            foreach (var says in (bool[])[true, false])
            {
                foreach (var deny in States)
                {
                    foreach (var allow in States)
                    {
                        foreach (var audit in States)
                        {
                            rig.Apply(Policies(authorizer.Address, custom, says, deny, allow, audit));
                            var expected = Expect(custom, says, deny, allow) ? HttpStatusCode.OK : HttpStatusCode.Forbidden;
                            var status = await rig.StatusAsync("/", Cart);
                            Assert.True(expected == status, $"CUSTOM {custom} ({says}), DENY {deny}, ALLOW {allow}, AUDIT {audit}: expected {expected}, got {status}");
                            rows++;
                        }
                    }
                }
            }
        }

        Assert.Equal(4 * 2 * 4 * 4 * 4, rows);
    }

    /// <summary>Istio: CUSTOM that denies, then DENY that matches, then no ALLOW at all, then ALLOW that matches.</summary>
    private static bool Expect(State custom, bool says, State deny, State allow) =>
        !(custom == State.Matches && !says) && deny != State.Matches && allow is not State.MatchesNot;

    private static AuthorizationFilter[] Policies(Uri authorizer, State custom, bool says, State deny, State allow, State audit) =>
    [
        .. custom == State.None ? (AuthorizationFilter[])[] :
        [
            new ExternalAuthorization("custom")
            {
                Provider = "authorizer",
                Service = new AuthorizationService(IsGrpc: false, authorizer.Host, authorizer.Port) { PathPrefix = says ? "/yes" : "/no" },
                Rules = custom == State.Trial ? null : Rules(RbacAction.Allow, custom),
                Shadow = custom == State.Trial ? Rules(RbacAction.Allow, custom) : null,
            },
        ],
        .. Filters(RbacAction.Log, audit),
        .. Filters(RbacAction.Deny, deny),
        .. Filters(RbacAction.Allow, allow),
    ];

    private static AuthorizationFilter[] Filters(RbacAction action, State state) => state switch
    {
        State.None => [],
        State.Trial => [new RbacFilter($"{action}") { Shadow = Rules(action, action is RbacAction.Allow ? State.MatchesNot : State.Matches) }],
        _ => [new RbacFilter($"{action}") { Rules = Rules(action, state) }],
    };

    private static RbacRules Rules(RbacAction action, State state) =>
        new(action, [Policy($"{action}", principal: Exact(state is State.MatchesNot ? Audit : Cart))]);
}
