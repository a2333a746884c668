namespace Mesh.Server.Authorization.Conditions;

/// <summary>Writes route templates as policies write them: with a slash at the beginning and none at the end.</summary>
internal static class EndpointRouteText
{
    public static string Of(string template) =>
        template is ['/', .., not '/'] ? template : '/' + template.Trim('/');
}
