/** wf-text-expansion.yaml as text, since processors have no files; a test keeps the two equal. */
export const WF_TEXT_EXPANSION = `id: wf-text-expansion
name: Text Expansion Workflow
steps:
  - id: validate-input
    type: schema-validation
    schema_id: schema-text-input-v1
    
  - id: analyze-style
    type: api-call
    service: ai-service
    endpoint: /analyze/style
    input_map:
      text: "$.data.content"
    output_map:
      style: "$.style_analysis"
      
  - id: expand-text
    type: api-call
    service: ai-service
    endpoint: /generate/expand
    input_map:
      original: "$.data.content"
      style: "$.data.style || $.style_analysis.detected_style"
      context: "$.data.metadata"
    output_map:
      expanded: "$.expanded_text"
      
  - id: calculate-metrics
    type: computation
    operations:
      - expansion_ratio: "len($.expanded_text) / len($.data.content)"
      - word_count_original: "len($.data.content.split())"
      - word_count_expanded: "len($.expanded_text.split())"
      
  - id: create-output-blob
    type: state-update
    operation: create-blob
    schema_id: schema-expanded-text-v1
    data_map:
      original: "$.data.content"
      expanded: "$.expanded_text"
      expansion_ratio: "$.expansion_ratio"
      style_analysis: "$.style_analysis"
      metadata:
        model: "gpt-4"
        temperature: 0.7
        processing_time_ms: "$.execution_time"
`;
