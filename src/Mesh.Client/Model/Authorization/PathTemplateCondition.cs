namespace Mesh.Client.Model.Authorization;

/// <summary>The path fits a template of <c>*</c> and <c>**</c> (Envoy uri_template).</summary>
internal sealed record PathTemplateCondition(PathTemplate Template) : RbacCondition;
