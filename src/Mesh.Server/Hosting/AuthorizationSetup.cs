using System.Diagnostics.Metrics;
using Mesh.Client;
using Mesh.Client.Hosting;
using Mesh.Server.Authorization;
using Mesh.Server.Authorization.External;
using Mesh.Server.Authorization.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Hosting;

/// <summary>Puts the parts of authorization together.</summary>
internal static class AuthorizationSetup
{
    public static AuthorizationStage CreateStage(IServiceProvider services, out AuthorizationJudge judge)
    {
        var policy = services.GetRequiredService<InboundPolicy>();
        var time = services.GetRequiredService<TimeProvider>();
        var meter = new AuthorizationMeter(services.GetService<IMeterFactory>());
        judge = new AuthorizationJudge(meter, services.GetRequiredService<ILogger<AuthorizationJudge>>());
        var rules = new AuthorizationRules(policy);

        // Authorizers are destinations like others: of the mesh, or of the network.
        var invoker = new HttpMessageInvoker(services.GetRequiredService<IMeshHandlerFactory>().CreateHandler());
        var external = new ExternalAuthorizer(
            new HttpAuthorizer(invoker), new GrpcAuthorizer(invoker, time), judge, meter, time, services.GetRequiredService<ILogger<ExternalAuthorizer>>());
        var running = new RunningRequests(policy, rules, judge, services.GetRequiredService<ILogger<RunningRequests>>());
        return new AuthorizationStage(rules, judge, external, running);
    }
}
