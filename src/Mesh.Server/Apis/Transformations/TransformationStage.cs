using System.Runtime.CompilerServices;
using Mesh.Client.Hosting;
using Mesh.Client.Model.Apis;
using Mesh.Protocol.Grpc;
using Mesh.Server.Propagation;
using Mesh.Server.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Apis.Transformations;

/// <summary>Stage: changes requests and responses as rules say; those that none is about pass untouched.</summary>
internal sealed class TransformationStage(InboundPolicy policy)
{
    // Goes with the policy; the same policy is compiled once.
    private readonly ConditionalWeakTable<TransformationPolicy, CompiledTransformation[]> _compiled = [];

    public RequestDelegate Wrap(RequestDelegate next) => context =>
    {
        if (AdmittedPort.Find(context, policy)?.Transformations is not { } transformations)
        {
            return next(context);
        }

        var rules = _compiled.GetValue(transformations, static source => [.. source.Rules.Select(static rule => new CompiledTransformation(rule))]);

        // All are matched against the request as it came: what a rule does must not depend on the one before.
        var matching = Array.FindAll(rules, rule => rule.Matcher.Matches(context));
        return matching.Length == 0 ? next(context) : RunAsync(context, matching, next);
    };

    private static async Task RunAsync(HttpContext context, CompiledTransformation[] rules, RequestDelegate next)
    {
        foreach (var rule in rules)
        {
            ChangeRequest(context, rule.Rule);
            if (rule.Rule.RequestJson is { } json && await RequestBody.ChangeAsync(context, json) is { } refused)
            {
                await Refusal.WriteAsync(context, refused, GrpcStatusCode.InvalidArgument);
                return;
            }
        }

        var ofResponse = Array.FindAll(rules, static rule => rule.Rule.ChangesResponse);
        if (ofResponse.Length == 0)
        {
            await next(context);
            return;
        }

        context.Response.OnStarting(() =>
        {
            ChangeResponse(context.Response, ofResponse);
            return Task.CompletedTask;
        });
        if (Array.Exists(ofResponse, static rule => rule.Rule.ResponseJson is not null))
        {
            await ChangeBodyAsync(context, ofResponse, next);
            return;
        }

        await next(context);
    }

    private static async Task ChangeBodyAsync(HttpContext context, CompiledTransformation[] rules, RequestDelegate next)
    {
        // What is compressed cannot be read here.
        context.Request.Headers.Remove("Accept-Encoding");
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var stream = new JsonResponseStream(context.Response, body.Stream, status => [.. rules.Where(rule => rule.IsFor(status)).Select(static rule => rule.Rule.ResponseJson).OfType<JsonChange>()]);
        var replaced = new StreamResponseBodyFeature(stream, body);
        context.Features.Set<IHttpResponseBodyFeature>(replaced);
        try
        {
            await next(context);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            await stream.CompleteAsync(context.RequestAborted);
        }
        finally
        {
            context.Features.Set(body);
        }
    }

    private static void ChangeRequest(HttpContext context, TransformationRule rule)
    {
        if (rule.RequestHeaders is { } headers)
        {
            HeaderChange.Apply(headers, context.Request.Headers);
        }

        if (rule.Query is { } query)
        {
            foreach (var (name, other) in query.Rename)
            {
                RequestQuery.Rename(context, name, other);
            }

            foreach (var name in query.Remove)
            {
                RequestQuery.Remove(context, name);
            }

            foreach (var (name, value) in query.Set)
            {
                RequestQuery.Set(context, name, value);
            }
        }
    }

    /// <summary>Statuses are those of the answer as it came, whatever the rules make of it.</summary>
    private static void ChangeResponse(HttpResponse response, CompiledTransformation[] rules)
    {
        var status = response.StatusCode;
        foreach (var rule in rules)
        {
            if (!rule.IsFor(status))
            {
                continue;
            }

            if (rule.Rule.ResponseHeaders is { } headers)
            {
                HeaderChange.Apply(headers, response.Headers);
            }

            if (rule.Rule.Status is { } other && status is not (StatusCodes.Status101SwitchingProtocols or StatusCodes.Status204NoContent or StatusCodes.Status304NotModified))
            {
                response.StatusCode = other;
                response.HttpContext.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = null;
            }
        }
    }
}
