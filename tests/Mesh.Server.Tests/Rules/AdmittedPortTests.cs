using System.Collections.Frozen;
using Mesh.Client.Hosting;
using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;
using Mesh.Protocol.Jwt;
using Mesh.Server.Authentication;
using Mesh.Server.Authorization;
using Mesh.Server.Rules;
using Mesh.Server.Tests.Authentication;
using Mesh.Server.Tests.Transport;
using Mesh.Server.Transport;
using Mesh.Testing.Logging;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using static Mesh.Server.Tests.Authorization.Policies;

namespace Mesh.Server.Tests.Rules;

/// <summary>S69: a policy that is replaced or taken back between two stages of the same request.</summary>
public sealed class AdmittedPortTests : IDisposable
{
    private const int Port = 8080;

    private readonly LogCollector _logs = new();
    private readonly InboundPolicy _policy = new();

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task S69_TokenPolicyTakenBackBehindTheGate_StillHoldsForTheRequest()
    {
        using var rig = new JwtRig();
        var provider = rig.Provider();
        rig.Publish(JwtRig.Required(provider), provider);
        rig.CopyTo(_policy, Port);
        var reached = false;
        var jwt = new JwtStage(_policy, new TokenVerifier(rig.Time), new Random(7), _logs.CreateLogger<JwtStage>()).Wrap(_ =>
        {
            reached = true;
            return Task.CompletedTask;
        });

        var context = await AdmitAsync(jwt);

        Assert.False(reached);
        Assert.Equal(StatusCodes.Status401Unauthorized, context.Response.StatusCode);
    }

    [Fact]
    public async Task S69_PoliciesTakenBackBehindTheGate_StillHoldForTheRequest()
    {
        var authorization = Of(Filter(RbacAction.Deny, Policy("all")));
        Publish(authorization);
        var rules = new AuthorizationRules(_policy);
        InboundAuthorization? judgedBy = null;

        await AdmitAsync(context =>
        {
            judgedBy = rules.Of(context)?.Source;
            return Task.CompletedTask;
        });

        Assert.Same(authorization, judgedBy);
        Assert.Null(rules.Find(Port));
    }

    [Fact]
    public async Task Of_WithoutAChange_IsCompiledOnce()
    {
        Publish(Of(Filter(RbacAction.Allow, Policy("all"))));
        var rules = new AuthorizationRules(_policy);
        var before = rules.Find(Port);

        await Gate(context =>
        {
            Assert.Same(before, rules.Of(context));
            return Task.CompletedTask;
        })(Request());

        Assert.NotNull(before);
    }

    [Fact]
    public async Task EarlyExamination_ByAPolicyThatIsReplaced_DoesNotCount()
    {
        using var rig = new JwtRig();
        rig.CopyTo(_policy, Port);
        var stage = new JwtStage(_policy, new TokenVerifier(rig.Time), new Random(7), _logs.CreateLogger<JwtStage>());
        var context = Request();
        Assert.Equal(JwtStatus.Ok, stage.Examine(context));

        var provider = rig.Provider();
        rig.Publish(JwtRig.Required(provider), provider);
        rig.CopyTo(_policy, Port);
        await Gate(stage.Wrap(_ => throw new InvalidOperationException("Expected a refusal.")))(context);

        Assert.Equal(StatusCodes.Status401Unauthorized, context.Response.StatusCode);
    }

    /// <summary>Takes the policy back between the gate and <paramref name="later"/>.</summary>
    private async Task<HttpContext> AdmitAsync(RequestDelegate later)
    {
        var context = Request();
        await Gate(context =>
        {
            _policy.Publish(InboundConfiguration.Empty);
            return later(context);
        })(context);
        return context;
    }

    private RequestDelegate Gate(RequestDelegate next) =>
        new GateStage(new InboundGate(_policy, new FakeIdentity(), TimeProvider.System, _logs.CreateLogger<InboundGate>()), _logs.CreateLogger<GateStage>()).Wrap(next);

    private void Publish(InboundAuthorization authorization) =>
        _policy.Publish(new InboundConfiguration(FrozenDictionary.ToFrozenDictionary([KeyValuePair.Create(Port, Mesh.Server.Tests.Authorization.Policies.Port(authorization))])));

    private static DefaultHttpContext Request() => new() { Connection = { LocalPort = Port }, Request = { Method = "GET", Path = "/orders", Host = new HostString("orders") } };
}
