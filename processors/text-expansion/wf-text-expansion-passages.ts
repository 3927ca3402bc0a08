/** How Recto itself expands: passage by passage. The seed's own workflow (wf-text-expansion) expands a text as one. */
export const WF_TEXT_EXPANSION_PASSAGES = `id: wf-text-expansion-passages
name: Text Expansion by Passages
steps:
  - id: validate-input
    name: Reading the draft
    type: schema-validation
    schema_id: schema-text-input-v2

  - id: analyze-style
    name: Reading its style
    type: api-call
    service: ai-service
    endpoint: /analyze/style
    input_map:
      text: "$.data.content"
    output_map:
      style: "$.style_analysis"

  - id: plan-passages
    name: Finding what has changed
    type: function
    function: plan-passages
    input_map:
      content: "$.data.content"
    output_map:
      plan: "$.plan"

  - id: grow-passages
    name: Growing passages
    type: function
    function: grow-passages
    input_map:
      plan: "$.plan"
      style: "$.config.style || $.data.style || $.style_analysis.detected_style"
    output_map:
      growth: "$.growth"

  - id: calculate-metrics
    name: Measuring
    type: computation
    operations:
      - expansion_ratio: "len($.growth.expanded) / len($.data.content)"

  - id: create-output-blob
    name: Writing it down
    type: state-update
    operation: create-blob
    schema_id: schema-expanded-text-v1
    data_map:
      original: "$.data.content"
      expanded: "$.growth.expanded"
      expansion_ratio: "$.expansion_ratio"
      style_analysis: "$.style_analysis"
      passages: "$.growth.passages"
      metadata:
        provider: "$.growth.provider"
        model: "$.growth.model"
        temperature: "$.growth.temperature"
        input_tokens: "$.growth.input_tokens"
        output_tokens: "$.growth.output_tokens"
        finish_reason: "$.growth.finish_reason"
        source_version: "$.blob.version"
        based_on: "$.config.based_on"
        style: "$.growth.style"
        seed: "$.growth.seed"
        used_details: "$.growth.used_details"
        processing_time_ms: "$.execution_time"
`;
