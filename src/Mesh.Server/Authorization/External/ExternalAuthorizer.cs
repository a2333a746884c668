using Mesh.Client.Model.Authorization;
using Mesh.Client.Telemetry;
using Mesh.Server.Authorization.Engine;
using Mesh.Server.Propagation;
using Mesh.Server.Reports;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Authorization.External;

/// <summary>Has an external authorizer decide about a request (Istio CUSTOM); without an answer it is denied unless its provider says otherwise (S72).</summary>
internal sealed class ExternalAuthorizer(
    IAuthorizerProtocol http, IAuthorizerProtocol grpc, AuthorizationJudge judge, AuthorizationMeter meter, TimeProvider time, ILogger<ExternalAuthorizer> logger)
{
    private const string DeniedText = "RBAC: access denied";
    private const string TooLargeText = "the body is too large";

    /// <summary>Whether the request may go on; otherwise it has been answered.</summary>
    public async Task<bool> AllowsAsync(HttpContext context, ExternalAuthorization external, RbacPolicy policy, RequestFacts facts)
    {
        if (external.Service is not { } service)
        {
            judge.Denied(in facts, policy.Name, $"policy {policy.Name} asks provider '{external.Provider}', which does not exist");
            RequestRecord.Mark(context, ResponseFlags.UnauthorizedExternalService, RequestDetails.ExternalFailed);
            await Denial.WriteAsync(context);
            return false;
        }

        using var timeout = new CancellationTokenSource(external.Timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted);
        try
        {
            var body = external.Body is { } limits ? await CheckedBodyReader.ReadAsync(context, limits, limit.Token) : CheckedBytes.None;
            if (body is null)
            {
                judge.Denied(in facts, policy.Name, $"the body has more than the {external.Body!.MaxBytes} bytes that {external.Provider} may be sent");
                await Denial.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, TooLargeText);
                return false;
            }

            var answer = await (service.IsGrpc ? grpc : http).CheckAsync(context, external, facts, body, limit.Token);
            return await FollowAsync(context, external, policy, facts, answer);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            return await FailAsync(context, external, policy, timeout.IsCancellationRequested ? $"no answer within {external.Timeout}" : exception.Message);
        }
    }

    private async Task<bool> FollowAsync(HttpContext context, ExternalAuthorization external, RbacPolicy policy, RequestFacts facts, AuthorizerAnswer answer)
    {
        if (answer.IsAllowed)
        {
            meter.Count("allowed", policy.Name);
            foreach (var name in answer.RemovedHeaders.Where(AuthorizerHeaders.MayChange))
            {
                context.Request.Headers.Remove(name);
            }

            AuthorizerHeaders.Apply(context.Request.Headers, answer.RequestHeaders);
            if (!answer.ResponseHeaders.IsEmpty)
            {
                context.Response.OnStarting(() =>
                {
                    AuthorizerHeaders.Apply(context.Response.Headers, answer.ResponseHeaders);
                    return Task.CompletedTask;
                });
            }

            return true;
        }

        judge.Denied(in facts, policy.Name, $"{external.Provider} refused it with {answer.Status} (policy {policy.Name})");
        AuthorizerHeaders.Apply(context.Response.Headers, answer.ResponseHeaders);
        RequestRecord.Mark(context, ResponseFlags.UnauthorizedExternalService, RequestDetails.ExternalDenied);
        await RefuseAsync(context, answer);
        return false;
    }

    private static async Task RefuseAsync(HttpContext context, AuthorizerAnswer answer)
    {
        if (GrpcReply.IsFor(context.Request))
        {
            await Denial.WriteAsync(context, answer.Status, DeniedText);
            return;
        }

        context.Response.StatusCode = answer.Status;
        if (!answer.Body.IsEmpty && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.ContentLength = answer.Body.Length;
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
        }
    }

    private async Task<bool> FailAsync(HttpContext context, ExternalAuthorization external, RbacPolicy policy, string reason)
    {
        meter.Count("failed", policy.Name);
        AuthorizationLog.AuthorizerFailed(logger, external.Provider, reason, external.AllowsOnFailure ? "allowed" : "denied");
        if (external.AllowsOnFailure)
        {
            return true;
        }

        RequestRecord.Mark(context, ResponseFlags.UnauthorizedExternalService, RequestDetails.ExternalFailed);
        await Denial.WriteAsync(context, external.StatusOnError, DeniedText);
        return false;
    }
}
