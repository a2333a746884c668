using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mesh.Config.Kubernetes.GatewayApi;

namespace Mesh.Config.Decoding;

/// <summary>
/// Fills in what the CRDs of the Gateway API give as defaults, so that readers need not know them; the stored document stays as it was written.
/// </summary>
internal static class GatewayApiDefaults
{
    private const string Exact = "Exact";
    private const string PathPrefix = "PathPrefix";
    private const string Same = "Same";
    private const string Service = "Service";

    /// <summary>Fills a spec and everything in it; other messages stay as they are.</summary>
    public static void Fill(IMessage message)
    {
        if (message.Descriptor.File.Package != HTTPRouteSpec.Descriptor.File.Package)
        {
            return;
        }

        FillRoute(message);
        FillGateway(message);
        FillReference(message);
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.FieldType == FieldType.Message && !field.IsMap)
            {
                FillNested(field.Accessor.GetValue(message));
            }
        }
    }

    private static void FillNested(object? value)
    {
        switch (value)
        {
            case IMessage single:
                Fill(single);
                break;
            case IList items:
                foreach (IMessage item in items)
                {
                    Fill(item);
                }

                break;
        }
    }

    private static void FillRoute(IMessage message)
    {
        switch (message)
        {
            case HTTPRouteSpec { Rules.Count: 0 } route:
                route.Rules.Add(new HTTPRouteRule());
                break;
            case HTTPRouteRule { Matches.Count: 0 } rule:
                rule.Matches.Add(new HTTPRouteMatch());
                break;
            case HTTPRouteMatch match:
                match.Path ??= new HTTPPathMatch();
                break;
            case HTTPPathMatch path:
                path.Type = path.HasType ? path.Type : PathPrefix;
                path.Value = path.HasValue ? path.Value : "/";
                break;
            case HTTPHeaderMatch { HasType: false } header:
                header.Type = Exact;
                break;
            case HTTPQueryParamMatch { HasType: false } parameter:
                parameter.Type = Exact;
                break;
            case GRPCMethodMatch { HasType: false } method:
                method.Type = Exact;
                break;
            case GRPCHeaderMatch { HasType: false } header:
                header.Type = Exact;
                break;
            case HTTPRequestRedirectFilter { HasStatusCode: false } redirect:
                redirect.StatusCode = 302;
                break;
            case Fraction { HasDenominator: false } fraction:
                fraction.Denominator = 100;
                break;
            case HTTPCORSFilter { HasMaxAge: false } cors:
                cors.MaxAge = 5;
                break;
            case SessionPersistence { HasType: false } session:
                session.Type = "Cookie";
                break;
            case CookieConfig { HasLifetimeType: false } cookie:
                cookie.LifetimeType = "Session";
                break;
        }
    }

    private static void FillGateway(IMessage message)
    {
        switch (message)
        {
            case Listener listener:
                listener.AllowedRoutes ??= new AllowedRoutes();
                break;
            case AllowedRoutes routes:
                routes.Namespaces ??= new RouteNamespaces();
                break;
            case AllowedListeners listeners:
                listeners.Namespaces ??= new RouteNamespaces();
                listeners.Namespaces.From = listeners.Namespaces.HasFrom ? listeners.Namespaces.From : "None";
                break;
            case RouteNamespaces { HasFrom: false } namespaces:
                namespaces.From = Same;
                break;
            case ListenerTLSConfig { HasMode: false } tls:
                tls.Mode = "Terminate";
                break;
            case FrontendTLSValidation { HasMode: false } validation:
                validation.Mode = "AllowValidOnly";
                break;
            case GatewaySpecAddress { HasType: false } address:
                address.Type = "IPAddress";
                break;
        }
    }

    private static void FillReference(IMessage message)
    {
        switch (message)
        {
            case ParentReference parent:
                parent.Group = parent.HasGroup ? parent.Group : ResourceKinds.GatewayApiGroup;
                parent.Kind = parent.HasKind ? parent.Kind : "Gateway";
                break;
            case RouteGroupKind { HasGroup: false } kind:
                kind.Group = ResourceKinds.GatewayApiGroup;
                break;
            case SecretObjectReference secret:
                secret.Kind = secret.HasKind ? secret.Kind : "Secret";
                break;
            case BackendObjectReference backend:
                backend.Kind = backend.HasKind ? backend.Kind : Service;
                break;
            case BackendRef backend:
                backend.Kind = backend.HasKind ? backend.Kind : Service;
                backend.Weight = backend.HasWeight ? backend.Weight : 1;
                break;
            case HTTPBackendRef backend:
                backend.Kind = backend.HasKind ? backend.Kind : Service;
                backend.Weight = backend.HasWeight ? backend.Weight : 1;
                break;
            case GRPCBackendRef backend:
                backend.Kind = backend.HasKind ? backend.Kind : Service;
                backend.Weight = backend.HasWeight ? backend.Weight : 1;
                break;
        }
    }
}
